import { expect, test } from 'vitest'
import type { Turn } from '../api/types'
import { contentOf } from './forms'
import { attached, keptPieces, livePieces } from './pieces'
import type { LiveMessage } from './transport'

const parts = [{ type: 'text', text: 'Here.' }, { type: 'media', url: 'data:image/png;base64,AQID', mediaType: 'image/png' }]

const kept = (result: unknown, more: object): Turn =>
  ({ messages: [{ role: 'assistant', content: [{ type: 'tool.call', callId: 'a', name: 'look' }] }, { role: 'tool', content: [{ type: 'tool.result', callId: 'a', result, ...more }] }] }) as unknown as Turn

const live = (output: unknown) => livePieces({ id: 'm', role: 'assistant', parts: [{ type: 'dynamic-tool', toolName: 'look', toolCallId: 'a', state: 'output-available', input: {}, output }] } as unknown as LiveMessage)

test('A result of parts is drawn as parts, kept and while it comes', () => {
  expect(keptPieces(kept(parts, { parts: true }))[0]).toMatchObject({ state: 'done', parts, output: undefined })
  expect(live({ value: parts, parts: true })[0]).toMatchObject({ state: 'done', parts, output: undefined })
})

test('JSON of a tool that looks like parts stays JSON', () => {
  expect(keptPieces(kept(parts, {}))[0]).toMatchObject({ output: parts })
  expect(live({ value: parts, parts: false })[0]).toMatchObject({ output: parts })
  expect(live({ value: parts, parts: false })[0]).not.toHaveProperty('parts')
})

test('A form answers as its schema has it', () => {
  const schema = { properties: { seat: { type: 'string' }, bags: { type: 'integer' }, meal: { type: 'boolean' }, note: { type: 'string' }, size: { type: 'string', default: 'M' } } }
  expect(contentOf({ message: '', schema }, { seat: 'aisle', bags: '2', note: '' })).toEqual({ seat: 'aisle', bags: 2, meal: false, size: 'M' })
})

test('A text file that was attached is called by its name', () => {
  const part = { type: 'text', text: 'Go north.', origin: 'resource', resource: { id: 'res_1', kind: 'file', title: 'plan.txt', policy: 'once' } }
  expect(attached({ messages: [{ role: 'user', content: [part] }] } as unknown as Turn)).toMatchObject([{ name: 'plan.txt', text: 'Go north.' }])
})
