// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import type { Conversation } from '../api/types'
import { dialog, draw, field, press, settle, type, until } from '../testing/draw'
import { serve } from '../testing/server'
import { VariablesDialog } from './VariablesDialog'

const conversation: Conversation = { id: 'conv_1', variables: {}, createdAt: '', updatedAt: '', prompt: { key: 'guide', messages: [], variables: [{ name: 'city', type: 'string' }, { name: 'land', type: 'string' }] } }

test('What is typed while values are being kept stays, and is kept next', async () => {
  let answer!: () => void
  const asked = serve({ 'GET /api/conversations/conv_1/variables': () => ({}), 'PATCH /api/conversations/conv_1/variables': () => ({}) })
  const { fetch } = globalThis
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    const given = await fetch(path, init)
    if (init?.method === 'PATCH') await new Promise<void>((go) => (answer = go))
    return given
  })
  const { again } = draw(<VariablesDialog conversation={conversation} onClose={() => undefined} />)
  await until(() => dialog() !== null)
  const box = dialog() as HTMLElement
  type(field(box, 'city'), 'Oslo')
  type(field(box, 'land'), 'Norway')
  press('Keep these values')
  await settle()
  type(field(box, 'city'), '!')
  answer()
  await settle()
  again(<VariablesDialog conversation={{ ...conversation, variables: { city: 'Oslo', land: 'Norway' } }} onClose={() => undefined} />)
  expect(field(box, 'city').value).toBe('Oslo!')
  press('Keep these values')
  await settle()
  expect(asked.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).toEqual([{ city: 'Oslo', land: 'Norway' }, { city: 'Oslo!' }])
})
