import { expect, test } from 'vitest'
import { sourceOf, stopsOf } from './stations'

test('The road has seven stations in order, also where nothing happened', () => {
  const stops = stopsOf([
    { station: 'triggers', milliseconds: 2, changes: [{ path: 'parameters.temperature', before: null, after: 0.2, source: 'trigger:@.params.temp', span: { start: 0, end: 18 } }] },
    { station: 'opening', milliseconds: 1, changes: [] },
  ])
  expect(stops.map(({ name }) => name)).toEqual(['opening', 'triggers', 'middleware', 'messages', 'tools', 'models', 'conversations'])
  expect(stops[1]?.changes).toHaveLength(1)
  expect(stops[5]?.milliseconds).toBeNull()
})

test('A source is read as who and which', () => {
  expect(sourceOf('trigger:@.params.temp')).toEqual({ kind: 'trigger', name: '@.params.temp' })
  expect(sourceOf('request')).toEqual({ kind: '', name: 'request' })
})
