// @vitest-environment happy-dom
import { act } from 'react'
import { expect, test } from 'vitest'
import type { Json, Variable } from '../api/types'
import { draw, type as write } from '../testing/draw'
import { VariableForm } from './VariableForm'

const form = (definition: Variable, values: Record<string, Json> = {}) => {
  const given: (Json | undefined)[] = []
  const { box } = draw(<VariableForm definitions={[definition]} values={values} onChange={(_, value) => given.push(value)} />)
  return { box, given }
}

test('A yes or no that must be said is neither until somebody says it', () => {
  const { box, given } = form({ name: 'polite', type: 'boolean', required: true })
  const [yes, no] = [...box.querySelectorAll<HTMLInputElement>('input[type="radio"]')]
  expect([yes?.checked, no?.checked, given]).toEqual([false, false, []])
  act(() => no?.click())
  expect(given).toEqual([false])
})

const said = (box: HTMLElement) => [...box.querySelectorAll<HTMLInputElement>('input[type="radio"]')].map((one) => `${one.closest('label')?.textContent ?? ''}${one.checked ? ' *' : ''}`)

test('A yes or no with a default shows it', () => {
  expect(said(form({ name: 'polite', type: 'boolean', required: true, default: true }).box)).toEqual(['Default: yes *', 'yes', 'no'])
})

test.each([
  [{ name: 'polite', type: 'boolean' }, true, ['Not set', 'yes *', 'no']],
  [{ name: 'tone', type: 'enum', options: ['warm', 'dry'] }, 'dry', ['Not set', 'warm', 'dry *']],
  [{ name: 'tone', type: 'enum', options: ['warm', 'dry'], required: true, default: 'warm' }, 'dry', ['Default: warm', 'warm', 'dry *']],
] satisfies [Variable, Json, string[]][])('What may be left out can be left out again (%#)', (definition, value, shown) => {
  const { box, given } = form(definition, { [definition.name]: value })
  expect(said(box)).toEqual(shown)
  act(() => box.querySelector<HTMLInputElement>('input[type="radio"]')?.click())
  expect(given).toEqual([undefined])
})

test('A long list of options has an empty choice, unless one of them must be said', () => {
  const options = ['a', 'b', 'c', 'd', 'e']
  const { box } = form({ name: 'letter', type: 'enum', options }, { letter: 'b' })
  expect(box.querySelector('.select')?.textContent).toContain('b')
  expect([...box.querySelectorAll('option')].map((one) => one.textContent)).toContain('Not set')
  const must = form({ name: 'letter', type: 'enum', options, required: true })
  expect(must.box.querySelector('.select')?.textContent).toContain('Choose')
})

test.each([
  ['{"a": [1]}', { a: [1] }],
  ['5', 5],
  ['"5"', '5'],
  ['five', 'five'],
])('What is given for a variable that takes anything is JSON where it reads as such: %s', (typed, value) => {
  const { box, given } = form({ name: 'thing', type: 'any' })
  const field = box.querySelector<HTMLTextAreaElement>('textarea') as HTMLTextAreaElement
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, typed)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
  expect(given).toEqual([value])
})

test('A slider that nobody moved says so; one with a default shows that', () => {
  expect(form({ name: 'heat', type: 'number', input: 'slider', min: 0, max: 10 }).box.textContent).toContain('heat: – not chosen')
  expect(form({ name: 'heat', type: 'number', input: 'slider', min: 0, max: 10, default: 3 }).box.textContent).toContain('heat: 3')
  expect(form({ name: 'heat', type: 'number', input: 'slider', min: 0, max: 10 }, { heat: 0 }).box.textContent).toContain('heat: 0')
})

test.each(['image', 'file'])('A value that is of the type %s can be chosen from this machine', (type) => {
  expect(form({ name: 'map', type }).box.querySelector('input[type="file"]')).not.toBeNull()
})

test.each(['string', 'text', 'integer', 'number', 'list', 'object', 'date'])('A secret of the type %s is not to be read on the screen', (type) => {
  expect(form({ name: 'pin', type, secret: true }).box.querySelector<HTMLInputElement>('input')?.type).toBe('password')
})

test.each([
  ['integer', '4', 4],
  ['list', 'a', ['a']],
])('A secret of the type %s is given as one', (type, typed, given) => {
  const drawn = form({ name: 'pin', type, secret: true })
  write(drawn.box.querySelector<HTMLInputElement>('input') as HTMLInputElement, typed)
  expect(drawn.given).toEqual([given])
})

test('A secret that is kept says so and shows nothing', () => {
  const { box } = draw(<VariableForm definitions={[{ name: 'pin', type: 'string', secret: true }]} values={{}} kept={['pin']} onChange={() => undefined} />)
  const input = box.querySelector<HTMLInputElement>('input')
  expect([input?.value, input?.placeholder]).toEqual(['', 'Kept; type to replace it'])
})

const ticked = (box: HTMLElement) => [...box.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')].map((one) => `${one.closest('label')?.textContent ?? ''}${one.checked ? ' *' : ''}`)

test('Of several options the default is ticked until somebody chooses, and counts again when they let go', () => {
  const definition: Variable = { name: 'days', type: 'list', options: ['Mon', 'Tue', 'Wed'], default: ['Tue'], description: 'When it is open' }
  const untouched = form(definition)
  expect(ticked(untouched.box)).toEqual(['Mon', 'Tue *', 'Wed'])
  expect(untouched.box.textContent).toContain('When it is open')
  expect(untouched.box.querySelector('button')).toBeNull()
  act(() => untouched.box.querySelector<HTMLInputElement>('input')?.click())
  expect(untouched.given).toEqual([['Tue', 'Mon']])
  const touched = form(definition, { days: [] })
  expect(ticked(touched.box)).toEqual(['Mon', 'Tue', 'Wed'])
  act(() => touched.box.querySelector('button')?.click())
  expect(touched.given).toEqual([undefined])
})

test.each([
  { name: 'v', type: 'boolean' },
  { name: 'v', type: 'enum', options: ['a', 'b'] },
  { name: 'v', type: 'enum', options: ['a', 'b', 'c', 'd', 'e'] },
  { name: 'v', type: 'enum', options: ['a'], allowOther: true },
  { name: 'v', type: 'list', options: ['a', 'b'] },
  { name: 'v', type: 'number', input: 'slider', min: 0, max: 1 },
  { name: 'v', type: 'image' },
  { name: 'v', type: 'date' },
] satisfies Variable[])('What is wrong with a value is told at its control (%#)', (definition) => {
  const { box } = draw(<VariableForm definitions={[definition]} values={{}} errors={{ v: 'It must be said.' }} onChange={() => undefined} />)
  expect(box.querySelector('.wrong')?.textContent).toBe('It must be said.')
  expect(box.querySelector('[data-invalid], [aria-invalid="true"]')).not.toBeNull()
})
