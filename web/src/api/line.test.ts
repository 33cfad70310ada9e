// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { connection } from './connection'
import { TurnTransport } from '../conversations/transport'

const asked: string[] = []
const encoder = new TextEncoder()
const log = (type: string, sequence: number) => encoder.encode(`data: ${JSON.stringify({ type, sequence, turn: 'turn_1', conversation: 'conv_1', text: `${String(sequence)} ` })}\n\n`)
const beat = encoder.encode(': beat\n\n')

/** The server as far as it is needed: each connection is one of these, and says nothing more than what is put into it. */
class Connection {
  say!: (bytes: Uint8Array) => void
  isCut = false

  answer(signal: AbortSignal): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.say = (bytes) => controller.enqueue(bytes)
        signal.addEventListener('abort', () => {
          this.isCut = true
          controller.error(signal.reason)
        })
      },
    })
    return { ok: true, status: 200, headers: new Headers({ 'Turnpike-Turn': 'turn_1' }), body } as Response
  }
}

/** One whose turn was deleted. */
class Gone extends Connection {
  override answer(): Response {
    return new Response('{"code":"turn_not_found","detail":"There is no such turn."}', { status: 404, headers: { 'Content-Type': 'application/problem+json' } })
  }
}

function serve(...connections: Connection[]): void {
  asked.length = 0
  globalThis.fetch = async (address, init) => {
    asked.push(String(address))
    if (address === '/health/live') throw new Error('down')
    const next = connections.shift()
    if (!next) throw new Error('There is no further connection.')
    return next.answer(init?.signal as AbortSignal)
  }
}

const reader = async () => {
  const stream = await new TurnTransport().sendMessages({ chatId: 'conv_1', body: { content: 'Hi' }, trigger: 'submit-message', messageId: undefined, messages: [], abortSignal: undefined })
  const said: string[] = []
  const from = stream.getReader()
  const whole = (async () => {
    for (let next = await from.read(); !next.done; next = await from.read()) if (next.value.type === 'text-delta') said.push(next.value.delta)
  })()
  return { said, whole }
}

afterEach(() => vi.useRealTimers())

test('A stream that fell silent is cut and goes on behind the last event that it said', async () => {
  vi.useFakeTimers()
  const [first, second] = [new Connection(), new Connection()]
  serve(first, second)
  const { said, whole } = await reader()
  first.say(log('text.delta', 1))
  await vi.advanceTimersByTimeAsync(30_000)
  first.say(beat)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(first.isCut).toBe(false)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(first.isCut).toBe(true)
  expect(asked).toEqual(['/api/turns', '/api/turns/turn_1/events?after=1'])
  second.say(log('text.delta', 2))
  second.say(log('turn.completed', 3))
  await whole
  expect(said).toEqual(['1 ', '2 '])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(2)
})

test('An open stream is begun anew when the server was gone and is back', async () => {
  vi.useFakeTimers()
  const [first, second] = [new Connection(), new Connection()]
  serve(first, second)
  const { said, whole } = await reader()
  first.say(log('text.delta', 1))
  await vi.advanceTimersByTimeAsync(10)
  connection.lost()
  connection.found()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(first.isCut).toBe(true)
  second.say(log('text.delta', 2))
  second.say(log('turn.completed', 3))
  await whole
  expect(said).toEqual(['1 ', '2 '])
})

test('A turn that is gone when its reader comes again is asked for once', async () => {
  vi.useFakeTimers()
  const first = new Connection()
  serve(first, new Gone())
  const { said, whole } = await reader()
  const end = expect(whole).rejects.toThrow('There is no such turn.')
  first.say(log('text.delta', 1))
  await vi.advanceTimersByTimeAsync(60_000)
  await end
  expect(said).toEqual(['1 '])
  expect(asked).toEqual(['/api/turns', '/api/turns/turn_1/events?after=1'])
})
