// @vitest-environment happy-dom
import { act, useEffect, useState } from 'react'
import { expect, test } from 'vitest'
import type { Json, Variable } from '../api/types'
import { Parameters } from '../prompts/Parameters'
import { VariableDefinitions } from '../prompts/VariableDefinitions'
import { VariableForm } from '../prompts/VariableForm'
import { draw, field, type } from '../testing/draw'

let given: unknown
const none = {}

function Form({ definitions, initial = none }: { definitions: Variable[]; initial?: Record<string, Json> }) {
  const [values, setValues] = useState(initial)
  useEffect(() => {
    given = values
  }, [values])
  return <VariableForm definitions={definitions} values={values} onChange={(name, value) => setValues(({ [name]: _, ...rest }) => (value === undefined ? rest : { ...rest, [name]: value }))} />
}

function Definitions({ initial }: { initial: Variable[] }) {
  const [variables, setVariables] = useState<readonly Variable[]>(initial)
  useEffect(() => {
    given = variables
  }, [variables])
  return <VariableDefinitions variables={variables} used={[]} onChange={setVariables} />
}

function Settings() {
  const [values, setValues] = useState<Record<string, Json>>({})
  useEffect(() => {
    given = values
  }, [values])
  return <Parameters values={values} onChange={setValues} />
}

const open = (box: HTMLElement) => act(() => box.querySelector<HTMLElement>('.fold-head')?.click())

test('A list is written one a line, and what is typed is what stands there', () => {
  const { box } = draw(<Form definitions={[{ name: 'cities', type: 'list' }]} />)
  const cities = field<HTMLTextAreaElement>(box, 'cities')
  type(cities, 'Oslo, Norway\n')
  expect(cities.value).toBe('Oslo, Norway\n')
  type(cities, 'Rome\n7')
  expect(cities.value).toBe('Oslo, Norway\nRome\n7')
  expect(given).toEqual({ cities: ['Oslo, Norway', 'Rome', '7'] })
})

test('A list may be JSON, and one that no lines can say is shown as such', () => {
  const { box } = draw(<Form definitions={[{ name: 'pairs', type: 'list' }]} initial={{ pairs: [['a', 1]] }} />)
  expect(JSON.parse(field<HTMLTextAreaElement>(box, 'pairs').value)).toEqual([['a', 1]])
  const { box: other } = draw(<Form definitions={[{ name: 'pairs', type: 'list' }]} />)
  type(field<HTMLTextAreaElement>(other, 'pairs'), '[["b", 2]]')
  expect(given).toEqual({ pairs: [['b', 2]] })
})

test('An object is typed without being rewritten under the hands', () => {
  const { box } = draw(<Form definitions={[{ name: 'place', type: 'object' }]} />)
  const place = field<HTMLTextAreaElement>(box, 'place')
  type(place, '{"at":{}}')
  expect(place.value).toBe('{"at":{}}')
  expect(given).toEqual({ place: { at: {} } })
})

test.each(['1.05', '-0.5', '0.05', '100'])('The number %s is typed and given as it is', (text) => {
  const { box } = draw(<Form definitions={[{ name: 'share', type: 'number' }]} />)
  const share = field(box, 'share')
  type(share, text)
  expect(share.value).toBe(text)
  expect(given).toEqual({ share: Number(text) })
})

test('A temperature of 0.05 is no 5', () => {
  const { box } = draw(<Settings />)
  const temperature = field(box, 'Temperature')
  for (const [typed, value] of [['0', 0], ['.0', 0], ['5', 0.05]] as const) {
    type(temperature, typed)
    expect(given).toEqual({ temperature: value })
  }
  expect(temperature.value).toBe('0.05')
})

test('A value that is changed from elsewhere takes the place of what was typed', () => {
  const { box, again } = draw(<VariableForm definitions={[{ name: 'share', type: 'number' }]} values={{ share: 1 }} onChange={() => undefined} />)
  again(<VariableForm definitions={[{ name: 'share', type: 'number' }]} values={{ share: 2.5 }} onChange={() => undefined} />)
  expect(field(box, 'share').value).toBe('2.5')
})

test('The default of a number takes a decimal, and its bounds take fractions', () => {
  const { box } = draw(<Definitions initial={[{ name: 'share', type: 'number' }]} />)
  open(box)
  const preset = field(box, 'Default')
  type(preset, '1.0')
  expect(preset.value).toBe('1.0')
  type(preset, '5')
  type(field(box, 'At least'), '0.05')
  type(field(box, 'At most'), '1.05')
  expect(given).toEqual([{ name: 'share', type: 'number', default: 1.05, min: 0.05, max: 1.05 }])
})

test('A variable that takes anything stays one, and its default is of the kind that it was', () => {
  const { box } = draw(<Definitions initial={[{ name: 'thing', type: 'any', default: '5' }]} />)
  open(box)
  expect(box.querySelector('.select')?.textContent).toContain('any')
  const preset = field(box, 'Default')
  expect(preset.value).toBe('"5"')
  type(field(box, 'Label'), 'A thing')
  expect(given).toEqual([{ name: 'thing', type: 'any', default: '5', label: 'A thing' }])
})

test('Options are written one a line, none of them is empty, and numbers among them stay numbers', () => {
  const { box } = draw(<Definitions initial={[{ name: 'size', type: 'list', options: [1, 2] }]} />)
  open(box)
  const options = field<HTMLTextAreaElement>(box, 'Options')
  type(options, '\n')
  expect(options.value).toBe('1\n2\n')
  type(options, 'many\n')
  expect(given).toEqual([{ name: 'size', type: 'list', options: [1, 2, 'many'] }])
})
