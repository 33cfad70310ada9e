import { expect, test } from 'vitest'
import { read, written } from './variables'

const values = { id: '007', city: 'Oslo', days: 3, on: true, none: null, said: 'true', list: ['a', { b: 1 }], where: { x: 1 }, lines: 'one\ntwo = 2', spaced: ' x ', empty: '', sum: 'a = b', quoted: '"q"' }

test('Every value is one line and is read back as it was', () => {
  const text = written(values)
  expect(text.split('\n')).toHaveLength(Object.keys(values).length)
  expect(read(text)).toEqual(values)
})

test('A changed line changes its value and no other', () => {
  expect(read(written(values).replace('city = Oslo', 'city = Rome'), values)).toEqual({ ...values, city: 'Rome' })
})

test('A text that looks like a number is shown in quotes, and without them it is a number', () => {
  expect(written({ id: '007', year: '2026' })).toBe('id = 007\nyear = "2026"')
  expect(read('year = 2026')).toEqual({ year: 2026 })
})
