// @vitest-environment happy-dom
import { act, useState } from 'react'
import { expect, test } from 'vitest'
import { button, draw, press } from '../testing/draw'
import { useFocusNear } from './useFocusNear'

function List() {
  const [all, setAll] = useState(['a', 'b', 'c'])
  const near = useFocusNear<HTMLUListElement>('button', '#more')
  return (
    <>
      {all.length > 0 ? (
        <ul {...near}>
          {all.map((one) => (
            <li key={one}>
              <button type="button" onClick={() => setAll(all.filter((other) => other !== one))}>
                {one}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <button type="button" id="more">
        more
      </button>
    </>
  )
}

const pressed = (name: string) => {
  act(() => button(name)?.focus())
  press(name)
  return document.activeElement?.textContent
}

test('The focus goes to what took the place of what was removed, then to what stood before, then to the last resort', () => {
  draw(<List />)
  expect([pressed('b'), pressed('c'), pressed('a')]).toEqual(['c', 'a', 'more'])
})
