// @vitest-environment happy-dom
import { act, useState } from 'react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { button, draw, press, until } from '../testing/draw'
import { arrive, keepFocus } from './focus'

let end = () => undefined as unknown
beforeEach(() => {
  end = keepFocus()
})
afterEach(() => end())

function Rows() {
  const [rows, setRows] = useState(['a', 'b', 'c'])
  const [at, setAt] = useState('Rows')
  return (
    <>
      <button type="button" onClick={() => setAt('Other')}>
        go
      </button>
      <main id="main" tabIndex={-1}>
        <h1 key={at}>{at}</h1>
        <ul>
          {rows.map((row) => (
            <li key={row}>
              <button type="button">open {row}</button>
              <button type="button" onClick={() => setRows(rows.filter((one) => one !== row))}>
                remove {row}
              </button>
            </li>
          ))}
        </ul>
      </main>
    </>
  )
}

const focus = (name: string) => act(() => button(name)?.focus())
const isAt = (words: string) => until(() => document.activeElement?.textContent === words)

test('The focus goes to the same button of the next row, of the one before, and to the heading where nothing is left', async () => {
  draw(<Rows />)
  for (const [row, next] of [['b', 'remove c'], ['c', 'remove a'], ['a', 'Rows']] as const) {
    focus(`remove ${row}`)
    press(`remove ${row}`)
    await isAt(next)
  }
})

test('Another place of the page gives its heading the focus, unless something in it has it', async () => {
  draw(<Rows />)
  focus('go')
  press('go')
  act(arrive)
  await isAt('Other')
  focus('open a')
  act(arrive)
  await new Promise((go) => setTimeout(go, 60))
  expect(document.activeElement?.textContent).toBe('open a')
})
