// @vitest-environment happy-dom
import { act, useState } from 'react'
import { expect, test } from 'vitest'
import type { Variable } from '../api/types'
import { button, draw, field, press } from '../testing/draw'
import { VariableDefinitions } from './VariableDefinitions'

function Definitions() {
  const [variables, setVariables] = useState<Variable[]>(['a', 'b', 'c'].map((name) => ({ name, type: 'string' })))
  return <VariableDefinitions variables={variables} used={[]} onChange={setVariables} />
}

test('The definition that is open stays open when one above it is removed, and closes with its own', () => {
  const { box } = draw(<Definitions />)
  act(() => box.querySelectorAll<HTMLElement>('.fold-head')[1]?.click())
  press('Remove c')
  expect(field(box, 'Name').value).toBe('b')
  press('Remove a')
  expect(field(box, 'Name').value).toBe('b')
  press('Remove b')
  expect([box.querySelector('.definition'), button('Remove b')]).toEqual([null, undefined])
})
