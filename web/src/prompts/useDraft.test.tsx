// @vitest-environment happy-dom
import { act } from 'react'
import { beforeEach, expect, test } from 'vitest'
import type { Prompt } from '../api/types'
import { probe } from '../testing/draw'
import { type Base, useDraft } from './useDraft'

const version = (number: number, content: string): Base => ({ prompt: { key: 'shared', version: number, hash: `h${String(number)}`, messages: [{ role: 'system', content }] }, etag: `"${String(number)}"` })
const text = (prompt: Prompt) => prompt.messages[0]?.content
const written = (content: string) => ({ messages: [{ role: 'system', content }] })

beforeEach(() => sessionStorage.clear())

test('What somebody else saves never takes the place of what is written, and the next save names what was written over', () => {
  let kept = version(1, 'One.')
  const editor = probe(() => useDraft(kept, 'prompt:shared'))
  act(() => editor.now.change(written('Mine.')))
  kept = version(2, 'Theirs.')
  editor.again()
  expect(text(editor.now.draft)).toBe('Mine.')
  expect(editor.now.base.etag).toBe('"1"')
  expect(editor.now.isDirty).toBe(true)
  act(() => editor.now.reset(kept))
  expect(text(editor.now.draft)).toBe('Theirs.')
  expect(editor.now.base.etag).toBe('"2"')
})

test('A written prompt comes back after a reload over the version it was begun from', () => {
  const first = probe(() => useDraft(version(1, 'One.'), 'prompt:shared'))
  act(() => first.now.change(written('Mine.')))
  const reloaded = probe(() => useDraft(version(2, 'Theirs.'), 'prompt:shared'))
  expect(text(reloaded.now.draft)).toBe('Mine.')
  expect(reloaded.now.base.etag).toBe('"1"')
})

test('An untouched prompt shows what is newest, and nothing of it is kept for the tab', () => {
  let kept = version(1, 'One.')
  const editor = probe(() => useDraft(kept, 'prompt:shared'))
  kept = version(2, 'Theirs.')
  editor.again()
  expect(text(editor.now.draft)).toBe('Theirs.')
  expect(editor.now.base.etag).toBe('"2"')
  expect(editor.now.isDirty).toBe(false)
  expect(sessionStorage.length).toBe(0)
})
