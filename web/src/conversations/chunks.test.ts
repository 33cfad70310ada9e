import { expect, test } from 'vitest'
import { EventLines } from '../api/events'
import { chunksOf, type TurnEvent } from './chunks'

const event = (type: string, rest: Partial<TurnEvent> = {}): TurnEvent => ({ type, sequence: 1, turn: 'turn_1', conversation: 'conv_1', ...rest })

async function* of(...events: TurnEvent[]): AsyncGenerator<TurnEvent> {
  yield* events
}

const read = async (...events: TurnEvent[]) => {
  const chunks: string[] = []
  for await (const chunk of chunksOf(of(...events))) chunks.push('delta' in chunk ? `${chunk.type} ${String(chunk.delta)}` : chunk.type)
  return chunks
}

test('Text that arrived at once is one chunk, and none of it is lost', async () => {
  expect(await read(event('text.delta', { text: 'One ', more: true }), event('text.delta', { text: 'two', more: true }), event('text.delta', { text: ' three' }), event('text.delta', { text: '.', more: true }), event('turn.completed'))).toEqual([
    'text-start',
    'text-delta One two three',
    'text-delta .',
    'text-end',
    'finish',
  ])
})

test('Reasoning and text are told apart however they arrive', async () => {
  expect(await read(event('reasoning.delta', { text: 'Hm', more: true }), event('text.delta', { text: 'Yes', more: true }), event('text.delta', { text: '!', block: 1 }))).toEqual(['reasoning-start', 'reasoning-delta Hm', 'reasoning-end', 'text-start', 'text-delta Yes', 'text-end', 'text-start', 'text-delta !'])
})

test('An answer that broke off and is begun anew replaces its step', async () => {
  expect(await read(event('step.started'), event('step.started'), event('text.delta', { text: 'Half' }), event('step.started'), event('text.delta', { text: 'Whole', block: 1 }), event('step.completed'))).toEqual([
    'start-step',
    'text-start',
    'text-delta Half',
    'text-end',
    'reset-step',
    'text-start',
    'text-delta Whole',
    'text-end',
    'finish-step',
  ])
})

test('Events are put together from any pieces, and the last one of a piece says that nothing follows yet', () => {
  const lines = new EventLines()
  expect(lines.read('id: 1\nevent: a\ndata: {"x"')).toEqual([])
  expect(lines.read(':1}\n\nid: 2\ndata: two\ndata: lines\n\nda')).toEqual([
    { id: '1', event: 'a', data: '{"x":1}', more: true },
    { id: '2', event: '', data: 'two\nlines', more: false },
  ])
})
