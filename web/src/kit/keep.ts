import { say } from './Toasts'

let isSaid = false

const storage = (lasting: boolean): Storage => (lasting ? localStorage : sessionStorage)

/** Keeps a text for this tab, or for this browser if it shall last; null takes it away. A browser that takes no more is no fault of the page: it says so once and goes on. */
export function keep(name: string, text: string | null, lasting = false): void {
  try {
    if (text === null) storage(lasting).removeItem(name)
    else storage(lasting).setItem(name, text)
  } catch {
    if (!isSaid) say('This browser keeps no more for this page: what you write now is gone when the page is left or loaded again.', true)
    isSaid = true
  }
}

/** What is kept under a name; null when there is nothing. */
export function kept(name: string, lasting = false): string | null {
  try {
    return storage(lasting).getItem(name)
  } catch {
    return null
  }
}

/** What is kept under a name as JSON; null when there is nothing, or nothing that can be read. */
export function keptJson<T>(name: string): Partial<T> | null {
  try {
    const found: unknown = JSON.parse(kept(name) ?? 'null')
    return typeof found === 'object' ? (found as Partial<T> | null) : null
  } catch {
    return null
  }
}
