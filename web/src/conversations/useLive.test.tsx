// @vitest-environment happy-dom
import { act } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'
import { probe, settle, until } from '../testing/draw'
import { refusal, serve } from '../testing/server'
import { arrived, hold, left } from './sent'
import { useLive } from './useLive'

const cancels = (asked: ReturnType<typeof serve>) => asked.filter(({ path }) => path.endsWith('/cancel')).map(({ path }) => path)
const answer = (events: string[] = [], headers: Record<string, string> = { 'Turnpike-Turn': 'turn_1' }) =>
  new Response(new ReadableStream({ start: (stream) => events.forEach((event) => stream.enqueue(new TextEncoder().encode(event))) }), { status: 200, headers })
const started = `data: ${JSON.stringify({ type: 'turn.started', turn: 'turn_1', conversation: 'conv_1', model: 'small', sequence: 1 })}\n\n`
const written = { content: 'Hi', files: [], editing: null, attempt: { key: 'k1', said: 'Hi' } }

beforeEach(() => {
  sessionStorage.clear()
  arrived('conv_1')
})

test.each([
  ['its header', () => answer()],
  ['its first event', () => answer([started], {})],
])('A turn that was stopped before it had a name is cancelled, once, as soon as %s names it', async (_, begins) => {
  let begin!: (response: Response) => void
  const late = new Promise<Response>((go) => (begin = go))
  const asked = serve({ 'POST /api/turns/turn_1/cancel': () => ({}) })
  const { fetch } = globalThis
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => (path === '/api/turns' ? late : fetch(path, init)))
  const live = probe(() => useLive('conv_1'))
  act(() => live.now.send({ content: 'Hi' }))
  await settle()
  act(() => live.now.stop())
  await settle()
  expect(cancels(asked)).toEqual([])
  begin(begins())
  await until(() => cancels(asked).length > 0)
  await settle()
  expect(cancels(asked)).toEqual(['/api/turns/turn_1/cancel'])
  expect(live.now.isRunning).toBe(true)
})

test('A turn is asked for under the key of what left the box, which is no part of its body', async () => {
  const asked = serve({ 'POST /api/turns': () => answer([started]) })
  const live = probe(() => useLive('conv_1'))
  act(() => live.now.send({ content: 'Hi', key: 'k1' }))
  await until(() => live.now.turn === 'turn_1')
  expect(asked[0]?.headers['Idempotency-Key']).toBe('k1')
  expect(asked[0]?.body).toEqual({ conversation: 'conv_1', content: 'Hi' })
})

test.each([
  ['the network fails', () => { throw new TypeError('Failed to fetch') }, 'k1'],
  ['something before the server gives up', () => new Response('<h1>504</h1>', { status: 504 }), 'k1'],
  ['the server says no', () => refusal(409, 'idempotency_conflict', 'It was another turn.'), undefined],
  ['the server is full', () => refusal(503, 'busy', 'The server is full.'), undefined],
] as const)('When %s, the key is kept only while nobody knows whether the turn began', async (_, answers, key) => {
  serve({ 'POST /api/turns': answers })
  hold('conv_1', written)
  const live = probe(() => useLive('conv_1'))
  act(() => live.now.send({ content: 'Hi', key: 'k1' }))
  await until(() => live.now.error !== null)
  expect(left('conv_1')?.content).toBe('Hi')
  expect(left('conv_1')?.attempt?.key).toBe(key)
})
