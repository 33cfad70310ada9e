import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach } from 'vitest'

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean
}

globalThis.IS_REACT_ACT_ENVIRONMENT = true
const undo: (() => void)[] = []
afterEach(() => {
  for (const one of undo.splice(0)) one()
})

/** What is drawn, and a way to draw something else in its place. */
export interface Drawn {
  box: HTMLElement
  again: (node: ReactNode) => void
  unmount: () => void
}

/** Draws a part of the page until the test ends; it asks the server through the `fetch` of the test. */
export function draw(node: ReactNode): Drawn {
  const box = document.body.appendChild(document.createElement('div'))
  const root = createRoot(box)
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const again = (next: ReactNode) => act(() => root.render(<QueryClientProvider client={queries}>{next}</QueryClientProvider>))
  const unmount = () => act(() => root.unmount())
  undo.push(() => {
    unmount()
    box.remove()
  })
  again(node)
  return { box, again, unmount }
}

/** The latest value of a hook, while something is drawn that uses it. */
export function probe<T>(use: () => T): { readonly now: T; again: () => void } {
  let latest!: T
  const Probe = () => {
    latest = use()
    return null
  }
  const drawn = draw(<Probe />)
  return {
    get now() {
      return latest
    },
    again: () => drawn.again(<Probe />),
  }
}

/** Types into a field as hands do, one character after another. What is no number yet, such as "-", stays in a field for numbers without being its value. */
export function type(into: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  const value = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(into) as object, 'value')
  let [seen, said] = [into.value, into.value]
  for (const character of text) {
    seen = (into.value === said ? seen : into.value) + character
    act(() => {
      value?.set?.call(into, seen)
      said = into.value
      into.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }
}

/** Lets everything that waits for an answer go on. */
export const settle = (): Promise<void> => act(() => new Promise<void>((go) => setTimeout(go, 0)))

/** Waits until something is so; gives up after two seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let n = 0; n < 200 && !isSo(); n++) await act(() => new Promise<void>((go) => setTimeout(go, 10)))
  if (!isSo()) throw new Error(`It did not come about: ${document.body.innerHTML.slice(0, 4000)}`)
}

/** The field with a label. */
export function field<T extends HTMLElement = HTMLInputElement>(box: HTMLElement, label: string): T {
  const found = [...box.querySelectorAll('label')].find((one) => one.textContent === label)
  const element = found && document.getElementById(found.htmlFor)
  if (!element) throw new Error(`There is no field “${label}” in ${box.innerHTML}`)
  return element as T
}

/** The button that is called so; the last one, should there be more. */
export const button = (name: string): HTMLElement | undefined => [...document.querySelectorAll<HTMLElement>('button')].findLast((one) => (one.getAttribute('aria-label') ?? one.textContent ?? '').trim() === name)

/** Presses the button that is called so, wherever on the page it is; the last one, should there be more. */
export function press(name: string): void {
  const found = button(name)
  if (!found) throw new Error(`There is no button “${name}” in ${document.body.innerHTML}`)
  act(() => found.click())
}

/** Presses a key where the focus is. */
export function key(at: Element, name: string, more: KeyboardEventInit = {}): void {
  act(() => void at.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more })))
  act(() => void at.dispatchEvent(new KeyboardEvent('keyup', { key: name, bubbles: true, cancelable: true, ...more })))
}

/** The dialog that is open; null when none is. */
export const dialog = (): HTMLElement | null => [...document.querySelectorAll<HTMLElement>('[role="dialog"]')].at(-1) ?? null
