// @vitest-environment happy-dom
import { EditorView } from '@codemirror/view'
import { act } from 'react'
import { expect, test } from 'vitest'
import { draw } from '../testing/draw'
import PromptText from './PromptText'

test('A text is changed by who writes in it, not by how its lines end nor by another that takes its place', () => {
  const given: string[] = []
  const text = (value: string) => <PromptText label="Text" value={value} names={[]} onChange={(typed) => given.push(typed)} />
  const { box, again } = draw(text('One\r\nTwo\r\n'))
  const view = EditorView.findFromDOM(box.querySelector('.cm-editor') as HTMLElement) as EditorView
  again(text('Another\r\ntext'))
  expect([view.state.doc.toString(), given]).toEqual(['Another\ntext', []])
  act(() => view.dispatch({ changes: { from: 0, insert: 'A. ' } }))
  expect(given).toEqual(['A. Another\ntext'])
})
