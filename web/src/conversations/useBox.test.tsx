// @vitest-environment happy-dom
import { act } from 'react'
import { beforeEach, expect, test } from 'vitest'
import { probe } from '../testing/draw'
import type { Attachment } from './attachments'
import { useBox, type Written } from './useBox'

const file: Attachment = { key: 'file-1', id: 'file_1', name: 'plan.txt', mediaType: 'text/plain', size: 7, policy: 'once' }
let shown = ''
const show = (text: string) => {
  shown = text
}
const open = () => probe(() => useBox('conv_1', show))

const take = (box: ReturnType<typeof open>): Written => {
  let taken!: Written
  act(() => {
    taken = box.now.take()
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
  act(() => box.now.restore(sent, false))
  expect([box.now.content, box.now.files, shown, sessionStorage.getItem('draft:conv_1')]).toEqual(['A', [file], 'A', 'A'])
  sent = take(box)
  expect(sent).toEqual({ content: 'A', files: [file] })
})

test('What was refused comes before what was written since, and neither is lost', () => {
  const box = open()
  act(() => box.now.type('A'))
  const sent = take(box)
  act(() => box.now.type('B'))
  act(() => box.now.restore(sent, false))
  expect([box.now.content, shown]).toEqual(['A\n\nB', 'A\n\nB'])
})

test.each(['leave', 'take'] as const)('A half-typed message comes back after an edit, by %s', (end) => {
  const box = open()
  act(() => box.now.type('half'))
  act(() => box.now.attach(() => [file]))
  act(() => box.now.edit('What I asked'))
  expect([box.now.content, box.now.files]).toEqual(['What I asked', []])
  act(() => box.now.edit('Another question'))
  act(() => box.now.type('Another question!'))
  const out = end === 'take' ? take(box) : act(() => box.now.leave())
  expect([box.now.content, box.now.files, shown]).toEqual(['half', [file], 'half'])
  if (end === 'take') expect(out).toEqual({ content: 'Another question!', files: [] })
})

test('An edit that was refused comes back as one, and what was written since after it', () => {
  const box = open()
  act(() => box.now.edit('Asked'))
  act(() => box.now.type('Asked!'))
  const sent = take(box)
  act(() => box.now.type('B'))
  act(() => box.now.restore(sent, true))
  expect(box.now.content).toBe('Asked!')
  act(() => box.now.leave())
  expect(box.now.content).toBe('B')
})
