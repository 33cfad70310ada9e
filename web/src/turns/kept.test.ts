import { expect, test } from 'vitest'
import { packingOf, valuesOf } from './kept'

const trace = [
  { station: 'triggers', milliseconds: 1, changes: [{ path: 'parameters.temperature', before: null, after: 0.2, source: 'trigger:@.params.temp' }] },
  {
    station: 'messages',
    milliseconds: 1,
    changes: [{ path: 'variables.city', before: null, after: 'Oslo', source: 'turn' }, { path: 'variables.days', before: null, after: 2, source: 'default' }],
    packing: [{ kind: 'history', outcome: 'left out', id: 'turn_1', turns: 3, tokens: 900, sent: 0, reason: 'It does not fit.' }],
    variables: { city: { value: 'Oslo', layer: 'turn', why: 'the turn says so', layers: [{ layer: 'turn', value: 'Oslo' }, { layer: 'default', value: 'Rome' }] } },
    parameters: { temperature: { value: 0.2, layer: 'trigger', why: 'a trigger', layers: [{ layer: 'trigger', value: 0.2 }, { layer: 'prompt', value: 1 }] } },
  },
  { station: 'models', milliseconds: 1, changes: [{ path: 'parameters.temperature', before: 0.2, after: null, source: 'model:x' }] },
]

test('A value is shown with the layers that lost', () => {
  expect(valuesOf(trace, 'variables')['city']?.layers.map(({ layer }) => layer)).toEqual(['turn', 'default'])
  expect(valuesOf(trace, 'variables')['days']).toMatchObject({ value: 2, layer: 'default' })
})

test('What a model takes away is gone, and what was said of it stands below', () => {
  expect(valuesOf(trace, 'parameters')['temperature']).toMatchObject({ value: null, layer: 'model:x', layers: [{ layer: 'model:x' }, { layer: 'trigger' }, { layer: 'prompt' }] })
})

test('The packing report is found where the messages were made', () => expect(packingOf(trace)).toHaveLength(1))
