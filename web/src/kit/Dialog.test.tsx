// @vitest-environment happy-dom
import { act } from 'react'
import { expect, test } from 'vitest'
import { dialog, draw, settle } from '../testing/draw'
import { Dialog } from './Dialog'

test.each([
  ['what only shows something', true, 1],
  ['what is written in or told once', false, 0],
])('A click beside %s: closed is %s', async (_, isLight, times) => {
  let closed = 0
  draw(
    <Dialog title="The secret" isOpen isLight={isLight} onClose={() => closed++}>
      tk_1
    </Dialog>,
  )
  await settle()
  const beside = document.querySelector('.overlay') as HTMLElement
  act(() => {
    for (const name of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) beside.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, button: 0 }))
  })
  expect(closed).toBe(times)
  expect(dialog()?.textContent).toContain('tk_1')
})
