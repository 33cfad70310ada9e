import { describe, expect, test } from 'vitest'
import type { Conversation } from '../api/types'
import { grouped, listTitle } from './titles'

const now = new Date(2026, 10, 21, 12)
const at = (id: string, updatedAt: Date, more: Partial<Conversation> = {}): Conversation => ({ id, variables: {}, createdAt: updatedAt.toISOString(), updatedAt: updatedAt.toISOString(), ...more })

describe('Conversations', () => {
  test('are grouped by day, pinned ones first, each in its order', () => {
    const all = [
      at('a', new Date(2026, 10, 21, 11)),
      at('b', new Date(2026, 10, 21, 0, 1)),
      at('c', new Date(2026, 10, 20, 23, 59)),
      at('d', new Date(2026, 10, 17)),
      at('e', new Date(2026, 10, 1)),
      at('f', new Date(2026, 7, 1)),
      at('p', new Date(2020, 1, 1), { pinned: true }),
    ]
    expect(grouped(all, now).map(({ name, items }) => [name, items.map(({ id }) => id).join('')])).toEqual([
      ['Pinned', 'p'],
      ['Today', 'ab'],
      ['Yesterday', 'c'],
      ['Earlier this week', 'd'],
      ['Earlier this month', 'e'],
      ['August 2026', 'f'],
    ])
  })
})

test('One that nobody named is told by what was typed first, or by its prompt', () => {
  expect(listTitle(at('a', now, { beginning: 'Where is Oslo?', prompt: { key: 'guide', messages: [] } }))).toBe('Where is Oslo?')
  expect(listTitle(at('a', now, { beginning: 'Where is Oslo?', title: 'Oslo' }))).toBe('Oslo')
  expect(listTitle(at('a', now, { prompt: { key: 'guide', messages: [] } }))).toBe('guide')
})
