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

/** The field with a label. */
export function field<T extends HTMLElement = HTMLInputElement>(box: HTMLElement, label: string): T {
  const found = [...box.querySelectorAll('label')].find((one) => one.textContent === label)
  const element = found && document.getElementById(found.htmlFor)
  if (!element) throw new Error(`There is no field “${label}” in ${box.innerHTML}`)
  return element as T
}
