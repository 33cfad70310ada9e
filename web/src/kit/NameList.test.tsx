// @vitest-environment happy-dom
import { act, useState } from 'react'
import { expect, test } from 'vitest'
import { draw, key, type } from '../testing/draw'
import { NameList } from './NameList'

let given: string[] = []
const options = ['forecast', 'foresight', 'ask'].map((id) => ({ id, label: id }))

function List() {
  const [names, setNames] = useState<string[]>([])
  return (
    <NameList
      label="Tools"
      values={names}
      options={options}
      onChange={(next) => {
        given = next
        setNames(next)
      }}
    />
  )
}

const open = () => {
  const { box } = draw(<List />)
  const field = box.querySelector('input') as HTMLInputElement
  act(() => field.focus())
  return field
}

test('A name that is picked with the keys is added, and not what was typed to find it', () => {
  const field = open()
  type(field, 'for')
  key(field, 'ArrowDown')
  expect(field.hasAttribute('aria-activedescendant')).toBe(true)
  key(field, 'Enter')
  expect(given).toEqual(['forecast'])
  expect(field.value).toBe('')
})

test('A name that no list has is added as it was typed', () => {
  const field = open()
  type(field, 'fore*')
  key(field, 'Enter')
  expect(given).toEqual(['fore*'])
  expect(field.value).toBe('')
})
