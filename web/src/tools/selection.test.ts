import { expect, test } from 'vitest'
import { added, told, withAdded } from './selection'

test('what is taken away stays when other names are added', () => {
  expect(withAdded({ only: ['a'], add: ['b'], remove: ['c'] }, ['d'])).toEqual({ only: ['a'], add: ['d'], remove: ['c'] })
  expect(withAdded(['a'], ['b'])).toEqual(['b'])
  expect(withAdded(undefined, ['b'])).toEqual(['b'])
})

test('a choice reads as a line', () => {
  expect(told({ only: [], add: ['b'], remove: ['c'] })).toBe('only() +b -c')
  expect(told(['a', 'b'])).toBe('a, b')
  expect(added({ remove: ['c'] })).toEqual([])
})
