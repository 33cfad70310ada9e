// @vitest-environment happy-dom
import { act } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'
import { probe } from '../testing/draw'
import type { BoxResource } from './boxResources'
import { arrived, left, lost, refused } from './sent'
import { keptEdit, type Taken, useBox, type Written } from './useBox'

const file: BoxResource = { key: 'file-1', id: 'file_1', name: 'plan.txt', mediaType: 'text/plain', size: 7, policy: 'once' }
const edited = { turn: 'turn_1' }
let shown = ''
const show = (text: string) => {
  shown = text
}
const open = () => probe(() => useBox('conv_1', show))

const take = (box: ReturnType<typeof open>, asking?: (written: Written) => unknown): Taken => {
  let taken!: Taken
  act(() => {
    taken = box.now.take(asking)
  })
  return taken
}

beforeEach(() => sessionStorage.clear())

test('What was refused comes back with its files', () => {
  const box = open()
  act(() => box.now.type('A'))
  act(() => box.now.attach((all) => [...all, file]))
  let sent = take(box)
  expect([box.now.content, box.now.files, sessionStorage.getItem('draft:conv_1')]).toEqual(['', [], null])
  refused('conv_1')
  act(() => box.now.restore(sent, null))
  expect([box.now.content, box.now.files, shown, sessionStorage.getItem('draft:conv_1')]).toEqual(['A', [file], 'A', JSON.stringify({ content: 'A', files: [file], editing: null, aside: null })])
  sent = take(box)
  expect(sent).toMatchObject({ content: 'A', files: [file] })
})

test('What was refused comes before what was written since, and neither is lost', () => {
  const box = open()
  act(() => box.now.type('A'))
  const sent = take(box)
  act(() => box.now.type('B'))
  act(() => box.now.restore(sent, null))
  expect([box.now.content, shown]).toEqual(['A\n\nB', 'A\n\nB'])
})

test.each(['leave', 'take'] as const)('A half-typed message comes back after an edit, by %s', (end) => {
  const box = open()
  act(() => box.now.type('half'))
  act(() => box.now.attach(() => [file]))
  act(() => box.now.edit(edited, { content: 'What I asked', files: [] }))
  expect([box.now.content, box.now.files]).toEqual(['What I asked', []])
  act(() => box.now.edit(edited, { content: 'Another question', files: [] }))
  act(() => box.now.type('Another question!'))
  const out = end === 'take' ? take(box) : act(() => box.now.leave())
  expect([box.now.content, box.now.files, shown]).toEqual(['half', [file], 'half'])
  if (end === 'take') expect(out).toMatchObject({ content: 'Another question!', files: [] })
})

test('An edit that was refused comes back as one, and what was written since after it', () => {
  const box = open()
  act(() => box.now.edit(edited, { content: 'Asked', files: [] }))
  act(() => box.now.type('Asked!'))
  const sent = take(box)
  act(() => box.now.type('B'))
  act(() => box.now.restore(sent, edited))
  expect(box.now.content).toBe('Asked!')
  act(() => box.now.leave())
  expect(box.now.content).toBe('B')
})

test('An edit, what was laid aside for it and the files of both come back after a reload', () => {
  const earlier: BoxResource = { key: 'file-2', id: 'res_1', name: 'map.png', mediaType: 'image/png', policy: 'once', isEarlier: true, url: '/api/files/abc/content' }
  const box = open()
  act(() => box.now.type('half'))
  act(() => box.now.attach(() => [file]))
  act(() => box.now.edit(edited, { content: 'What I asked', files: [earlier] }))
  act(() => box.now.type('What I asked!'))
  expect(keptEdit('conv_1')).toEqual(edited)
  const reloaded = open()
  expect(reloaded.now.content).toBe('What I asked!')
  expect(reloaded.now.files).toMatchObject([{ id: 'res_1', isEarlier: true, name: 'map.png' }])
  act(() => reloaded.now.leave())
  expect(reloaded.now.content).toBe('half')
  expect(reloaded.now.files).toMatchObject([{ id: 'file_1', name: 'plan.txt', size: 7, policy: 'once' }])
  expect(keptEdit('conv_1')).toBeNull()
})

test('What was sent and never arrived is in the box after a reload, before what was written since', async () => {
  const box = open()
  act(() => box.now.type('A'))
  act(() => box.now.attach(() => [file]))
  take(box)
  act(() => box.now.type('B'))
  expect(open().now.content).toBe('B') // it is under way: this page waits for it
  const kept = { ...sessionStorage }
  vi.resetModules() // as when the page is loaded again
  const { useBox: anew } = await import('./useBox')
  const reloaded = probe(() => anew('conv_1', show))
  expect([reloaded.now.content, reloaded.now.files.map(({ name }) => name)]).toEqual(['A\n\nB', ['plan.txt']])
  expect(kept['sent:conv_1']).toContain('plan.txt')
  expect(sessionStorage.getItem('sent:conv_1')).toBeNull()
  expect(sessionStorage.getItem('draft:conv_1')).toContain('A')
})

test('What has arrived is not in the box after a reload; what was lost is in the next one', () => {
  const box = open()
  act(() => box.now.type('A'))
  take(box)
  arrived('conv_1')
  expect(open().now.content).toBe('')
  act(() => box.now.edit(edited, { content: 'Asked!', files: [] }))
  take(box)
  lost('conv_1')
  expect(keptEdit('conv_1')).toEqual(edited)
  expect(open().now.content).toBe('Asked!')
})

test('A text that the browser has no room for stays in the box', () => {
  const box = open()
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  act(() => box.now.type('a'.repeat(9)))
  expect(box.now.content).toBe('aaaaaaaaa')
  vi.restoreAllMocks()
})

test('What may have arrived is sent again under the key that it had, also after a reload, and anything else under another', () => {
  let box = open()
  act(() => box.now.type('A'))
  const first = take(box)
  lost('conv_1')
  act(() => box.now.restore(first, null))
  const second = take(box)
  expect(second.attempt.key).toBe(first.attempt.key)
  lost('conv_1')
  box = open()
  expect(box.now.content).toBe('A')
  const third = take(box)
  expect(third.attempt.key).toBe(first.attempt.key)
  lost('conv_1')
  act(() => box.now.restore(third, null))
  const other = take(box, (written) => [written, 'another model'])
  expect(other.attempt.key).not.toBe(first.attempt.key)
  lost('conv_1')
  act(() => box.now.restore(other, null))
  act(() => box.now.type('AB'))
  act(() => box.now.type('A')) // written anew: somebody wants it once more
  expect(take(box).attempt.key).not.toBe(other.attempt.key)
  arrived('conv_1')
})

test('What was refused, or has arrived, is sent again under another key', () => {
  const box = open()
  act(() => box.now.type('A'))
  const first = take(box)
  refused('conv_1')
  expect(left('conv_1')?.attempt).toBeNull()
  act(() => box.now.restore(first, null))
  const second = take(box)
  expect(second.attempt.key).not.toBe(first.attempt.key)
  arrived('conv_1')
  act(() => box.now.type('A'))
  expect(take(box).attempt.key).not.toBe(second.attempt.key)
  arrived('conv_1')
})
