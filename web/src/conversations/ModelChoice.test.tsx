// @vitest-environment happy-dom
import { act } from 'react'
import { expect, test } from 'vitest'
import { draw, key, type } from '../testing/draw'
import { ModelChoice } from './ModelChoice'

const models = Array.from({ length: 41 }, (_, n) => ({ id: `model-${String(n)}`, provider: 'test', displayName: `Nice Model ${String(n)}` }))

function open(model = '') {
  const chosen: string[] = []
  const { box } = draw(<ModelChoice models={models} model={model} usual="model-7" onModel={(id) => chosen.push(id)} />)
  return { chosen, field: box.querySelector('input') as HTMLInputElement }
}

test('Of many models the chosen one is its id, and what the default is stands in the empty field', () => {
  const { chosen, field } = open()
  expect(field.placeholder).toBe('Default: model-7')
  act(() => field.focus())
  type(field, 'model-40')
  expect(chosen.at(-1)).toBe('model-40')
})

test('A model picked with the keys from the list is given by its id', () => {
  const { chosen, field } = open()
  act(() => field.focus())
  type(field, 'model-3')
  key(field, 'ArrowDown')
  key(field, 'ArrowDown')
  key(field, 'Enter')
  expect(models.map(({ id }) => id)).toContain(chosen.at(-1))
})

test('A half-typed name is no choice until the field is left, and then it is the id that was typed', () => {
  const { chosen, field } = open()
  act(() => field.focus())
  type(field, 'mode')
  expect(chosen).toEqual([])
  act(() => field.blur())
  expect(chosen).toEqual(['mode'])
})
