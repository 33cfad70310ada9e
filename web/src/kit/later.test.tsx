// @vitest-environment happy-dom
import { act, Suspense } from 'react'
import { expect, test, vi } from 'vitest'
import { connection } from '../api/connection'
import { Crash } from '../shell/Crash'
import { draw } from '../testing/draw'
import { later } from './later'

test('A part that could not be fetched leaves the page standing, and comes when the server is back', async () => {
  vi.useFakeTimers()
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  let isThere = false
  let tries = 0
  globalThis.fetch = async () => {
    if (!isThere) throw new Error('down')
    return { ok: true } as Response
  }
  const Part = later(async () => {
    tries++
    if (!isThere) throw new Error('Failed to fetch dynamically imported module')
    return { default: ({ name }: { name: string }) => <b>{name} is here</b> }
  })
  const { box } = draw(
    <>
      <p>The rest</p>
      <Crash at="">
        <Suspense fallback="…">
          <Part name="Road" />
        </Suspense>
      </Crash>
    </>,
  )
  await act(() => vi.advanceTimersByTimeAsync(600))
  expect(box.textContent).toContain('The rest')
  expect(box.textContent).toContain('It is tried again when the server is back.')
  expect(connection.reachable.value).toBe(false)
  expect(tries).toBe(2)
  isThere = true
  await act(() => vi.advanceTimersByTimeAsync(5_000))
  expect(box.textContent).toBe('The restRoad is here')
  vi.useRealTimers()
})

test('A part that is gone from a server that is there says so and is not asked for over and over', async () => {
  vi.useFakeTimers()
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  let tries = 0
  globalThis.fetch = async () => ({ ok: true }) as Response
  const Part = later<object>(async () => {
    tries++
    throw new Error('404')
  })
  const { box } = draw(
    <Crash at="">
      <Suspense fallback="…">
        <Part />
      </Suspense>
    </Crash>,
  )
  await act(() => vi.advanceTimersByTimeAsync(30_000))
  expect(box.textContent).toContain('The server may have a newer page')
  expect(tries).toBe(2)
  vi.useRealTimers()
})
