// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { button, draw, key, press, until } from '../testing/draw'
import { type Asked, refusal, serve } from '../testing/server'
import { inputs } from './inputs'
import { RunPanel } from './RunPanel'

const prompt = { key: 'greet', messages: [{ role: 'user', content: 'Hello' }] }
const starts = (asked: Asked[]) => asked.filter(({ method, path }) => method === 'POST' && path === '/api/turns')
const started = `data: ${JSON.stringify({ type: 'turn.started', turn: 'turn_1', conversation: 'conv_1', model: 'small', sequence: 1 })}\n\n`
/** An answer that begins and goes on. */
const begins = () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode(started)) }), { status: 200, headers: { 'Turnpike-Turn': 'turn_1' } })

beforeEach(() => {
  inputs.value = { content: 'Hi', values: {} }
})

test('A run that goes on is not begun a second time, by no button and no key', async () => {
  const asked = serve({ 'POST /api/turns': begins, 'GET /api/models': () => ({ data: [] }) })
  draw(<RunPanel prompt={prompt} name="greet" isDirty={false} />)
  key(document.body, 'Enter', { ctrlKey: true })
  key(document.body, 'Enter', { ctrlKey: true, repeat: true })
  key(document.body, 'Enter', { ctrlKey: true })
  await until(() => starts(asked).length > 0)
  expect((button('Running…') as HTMLButtonElement).disabled).toBe(true)
  expect(starts(asked)).toHaveLength(1)
})

test('A run that was refused can be begun again', async () => {
  const asked = serve({ 'POST /api/turns': () => refusal(503, 'busy', 'The server is full.'), 'GET /api/models': () => ({ data: [] }) })
  draw(<RunPanel prompt={prompt} name="greet" isDirty={false} />)
  press('Run')
  await until(() => document.body.textContent?.includes('The server is full.') ?? false)
  press('Run')
  await until(() => starts(asked).length === 2)
})

test('The key for a run does nothing behind a dialog', async () => {
  const asked = serve({ 'POST /api/turns': begins, 'GET /api/models': () => ({ data: [] }) })
  draw(
    <>
      <RunPanel prompt={prompt} name="greet" isDirty={false} />
      <div role="dialog">
        <input />
      </div>
    </>,
  )
  key(document.querySelector('[role="dialog"] input') as Element, 'Enter', { ctrlKey: true })
  expect(starts(asked)).toHaveLength(0)
})

test('A run is put away with a name of its own, not among the conversations that people talk in', async () => {
  const asked = serve({ 'POST /api/turns': begins, 'GET /api/models': () => ({ data: [] }), 'PATCH /api/conversations/conv_1': () => ({}) })
  draw(<RunPanel prompt={prompt} name="greet" isDirty={false} />)
  press('Run')
  await until(() => asked.some(({ method }) => method === 'PATCH'))
  expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ archived: true, title: 'Tried: greet' })
})
