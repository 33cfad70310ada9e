// @vitest-environment happy-dom
import { act } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'
import { Toasts } from '../kit/Toasts'
import { go } from '../shell/route'
import { button, draw, field, press, type, until } from '../testing/draw'
import { type Asked, refusal, serve } from '../testing/server'
import { takeFirst } from './firstTurn'
import { NewConversation } from './NewConversation'
import { arrived, attemptOf } from './sent'

vi.mock('../triggers/TriggerEditor', () => ({ default: () => <textarea aria-label="Write a message" /> }))

const prompt = (key: string, name: string) => ({ key, version: 1, messages: [{ role: 'user', content: `{{${name}}}` }], variables: [{ name, type: 'string' }, { name: `${name}Key`, type: 'string', secret: true }] })
const server = (more: Parameters<typeof serve>[0] = {}) =>
  serve({
    'GET /api/models': () => ({ data: [{ id: 'small', provider: 'test' }], default: 'small', unavailable: [] }),
    'GET /api/prompts': () => ({ data: [prompt('guide', 'city'), prompt('poem', 'style')] }),
    'GET /api/prompts/guide': () => prompt('guide', 'city'),
    'GET /api/prompts/poem': () => prompt('poem', 'style'),
    'GET /api/projects': () => ({ data: [] }),
    'GET /api/triggers': () => [],
    'GET /api/conversations': () => ({ data: [] }),
    'POST /api/turns/preview': () => ({ request: { model: 'small', messages: [], tools: [], parameters: {} }, triggers: [], warnings: [], tokens: { input: 1, estimated: true }, trace: [], variables: {}, packing: [], actions: [] }),
    'POST /api/conversations': () => ({ id: 'conv_1', variables: {}, createdAt: '', updatedAt: '' }),
    ...more,
  })
const begun = (asked: Asked[]) => asked.find(({ method, path }) => method === 'POST' && path === '/api/conversations')
const isReady = () => (button('Send') as HTMLButtonElement | undefined)?.disabled === false

beforeEach(() => {
  sessionStorage.clear()
  go('/conversations')
})

test('A prompt that needs no text is begun without one, and takes only values of its own', async () => {
  go('/conversations?prompt=guide')
  const asked = server()
  const { box } = draw(<NewConversation />)
  await until(() => box.textContent?.includes('city') ?? false)
  type(field(box, 'city'), 'Oslo')
  const choice = field(box, 'Prompt')
  act(() => choice.focus())
  choice.value = ''
  type(choice, 'poem')
  await until(() => box.textContent?.includes('style') ?? false)
  type(field(box, 'style'), 'haiku')
  await until(isReady)
  press('Send')
  await until(() => begun(asked) !== undefined)
  expect(begun(asked)?.body).toEqual({ prompt: 'poem', variables: { style: 'haiku' } })
  await until(() => location.pathname === '/conversations/conv_1')
  expect(takeFirst('conv_1')?.submission).toMatchObject({ content: '', key: attemptOf('conv_1')?.key })
  arrived('conv_1')
})

test('Without a prompt there is nothing to send until something is written', async () => {
  server()
  const { box } = draw(<NewConversation />)
  await until(() => box.querySelector('textarea') !== null)
  expect(isReady()).toBe(false)
})

test('What was chosen comes back after a reload, but for what is secret', async () => {
  go('/conversations?prompt=guide')
  server()
  const first = draw(<NewConversation />)
  await until(() => first.box.textContent?.includes('cityKey') ?? false)
  type(field(first.box, 'city'), 'Oslo')
  type(field(first.box, 'cityKey'), 'hush')
  first.unmount()
  go('/conversations')
  const { box } = draw(<NewConversation />)
  await until(() => box.textContent?.includes('cityKey') ?? false)
  expect([field(box, 'Prompt').value, field(box, 'city').value, field(box, 'cityKey').value]).toEqual(['guide', 'Oslo', ''])
  expect(JSON.stringify({ ...sessionStorage })).not.toContain('hush')
})

test('A value that is missing is told at its field, and nothing is begun', async () => {
  go('/conversations?prompt=guide')
  const asked = server({ 'POST /api/turns/preview': () => refusal(422, 'variable_missing', 'city is required: give it a value.', { variables: [{ name: 'city', message: 'city is required: give it a value.' }] }) })
  const { box } = draw(<NewConversation />)
  await until(() => box.textContent?.includes('city') ?? false)
  await until(isReady)
  press('Send')
  await until(() => field(box, 'city').getAttribute('aria-invalid') === 'true')
  expect(begun(asked)).toBeUndefined()
  expect(document.activeElement).toBe(field(box, 'city'))
  expect(isReady()).toBe(true)
})

test('Sending twice begins one conversation', async () => {
  go('/conversations?prompt=guide')
  const asked = server()
  const { box } = draw(<NewConversation />)
  await until(() => box.textContent?.includes('city') ?? false)
  await until(isReady)
  const send = button('Send') as HTMLButtonElement
  act(() => {
    send.click()
    send.click()
  })
  await until(() => location.pathname === '/conversations/conv_1')
  expect(asked.filter(({ method, path }) => method === 'POST' && path === '/api/conversations')).toHaveLength(1)
})

test('Its preview is that of the first turn of a conversation with these values', async () => {
  go('/conversations?prompt=guide')
  const asked = server()
  const { box } = draw(<NewConversation />)
  await until(() => box.textContent?.includes('city') ?? false)
  type(field(box, 'city'), 'Oslo')
  press('Preview the road: exactly what would be sent')
  await until(() => asked.some(({ path }) => path === '/api/turns/preview?begin=true'))
  expect(asked.find(({ path }) => path.startsWith('/api/turns/preview'))?.body).toEqual({ prompt: 'guide', variables: { city: 'Oslo' }, content: '' })
})

test('A choice that is missing is told at its control, which takes the focus', async () => {
  go('/conversations?prompt=guide')
  const variables = [
    { name: 'tone', type: 'enum', options: ['warm', 'dry'], required: true },
    { name: 'polite', type: 'boolean', required: true },
    { name: 'letter', type: 'enum', options: ['a', 'b', 'c', 'd', 'e'], required: true },
    { name: 'many', type: 'list', options: ['x', 'y'], required: true },
  ]
  const missing = variables.map(({ name }) => ({ name, message: `${name} is required: give it a value.` }))
  let told = missing
  const asked = server({ 'GET /api/prompts/guide': () => ({ ...prompt('guide', 'city'), variables }), 'POST /api/turns/preview': () => refusal(422, 'variable_missing', 'Values are missing.', { variables: told }) })
  const { box } = draw(<NewConversation />)
  await until(() => box.textContent?.includes('polite') ?? false)
  for (const [n, { message }] of missing.entries()) {
    told = missing.slice(n)
    await until(isReady)
    press('Send')
    await until(() => [...box.querySelectorAll('.wrong')].map((one) => one.textContent).filter(Boolean).join() === told.map((one) => one.message).join())
    const wrong = box.querySelector('[data-invalid]')
    expect(wrong?.textContent).toContain(message)
    expect(wrong?.contains(document.activeElement)).toBe(true)
  }
  expect(begun(asked)).toBeUndefined()
})

test('What is missing and has no field is told too', async () => {
  go('/conversations?prompt=guide')
  server({ 'POST /api/turns/preview': () => refusal(422, 'variable_missing', 'city and land are required.', { variables: [{ name: 'city', message: 'city is required.' }, { name: 'land', message: 'land is required.' }] }) })
  const { box } = draw(
    <>
      <NewConversation />
      <Toasts />
    </>,
  )
  await until(() => box.textContent?.includes('city') ?? false)
  await until(isReady)
  press('Send')
  await until(() => document.body.textContent?.includes('city and land are required.') ?? false)
  expect(field(box, 'city').getAttribute('aria-invalid')).toBe('true')
})
