// @vitest-environment happy-dom
import { act } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { draw } from '../testing/draw'
import { say, Toasts } from './Toasts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const wait = (seconds: number) => act(() => void vi.advanceTimersByTime(seconds * 1000))

test('What is said stays for as long as it takes to read it, and while somebody is at it', () => {
  const { box } = draw(<Toasts />)
  const said = () => [...box.querySelectorAll('.toast > span')].map((one) => one.textContent)
  const long = 'many words '.repeat(20)
  act(() => {
    say('Copied.')
    say(long)
  })
  wait(4.9)
  expect(said()).toEqual(['Copied.', long])
  wait(1)
  expect(said()).toEqual([long])
  act(() => box.querySelector<HTMLElement>('.toast button')?.focus())
  wait(60)
  expect(said()).toEqual([long])
  act(() => box.querySelector<HTMLElement>('.toast button')?.blur())
  wait(16)
  expect(said()).toEqual([long])
  wait(4)
  expect(said()).toEqual([])
})

test('What went wrong stays until it is closed, however much is said after it, and stands there once', () => {
  const { box } = draw(<Toasts />)
  const said = () => [...box.querySelectorAll('.toast > span')].map((one) => one.textContent)
  act(() => {
    say('Not saved.', true)
    for (let i = 0; i < 6; i++) say(`Copied ${i}.`)
  })
  expect(said()).toEqual(['Not saved.', 'Copied 3.', 'Copied 4.', 'Copied 5.'])
  act(() => say('Not saved.', true))
  expect(said()).toEqual(['Copied 3.', 'Copied 4.', 'Copied 5.', 'Not saved.'])
  wait(600)
  expect(said()).toEqual(['Not saved.'])
  act(() => box.querySelector<HTMLElement>('.toast.bad button')?.click())
  expect(said()).toEqual([])
})
