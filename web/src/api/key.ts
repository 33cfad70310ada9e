import { Signal } from './signal'

const name = 'turnpike.key'
const kept = new Signal<string>(read())
const asked = new Signal<string | null>(null)
const needed = new Signal<string | null>(null)
let isLeft = false

function read(): string {
  try {
    return sessionStorage.getItem(name) ?? ''
  } catch {
    return ''
  }
}

/** The key that requests carry. It is kept for this tab only. */
export const key = {
  /** The key as it is now; empty when requests carry none. */
  kept,
  /** Why somebody is asked for a key now; null while nobody is. */
  asked,
  /** Why the server refuses; null while it does not. */
  needed,
  /** Whether requests carry one. */
  get isShown(): boolean {
    return kept.value !== ''
  },
  headers: (): Record<string, string> => (kept.value ? { Authorization: `Bearer ${kept.value}` } : {}),
  /** The server asks for one. Who has said no is not asked again until they do something. */
  ask(why: string): void {
    needed.value = `${kept.value === '' ? '' : 'It does not take the key that this tab shows. '}${why}`
    if (!isLeft) asked.value = needed.value
  },
  /** Somebody wants to give one. */
  give(): void {
    isLeft = false
    asked.value = needed.value ?? 'Another key takes the place of the one that this tab shows.'
  },
  /** Somebody does not want to give one now. */
  leave(): void {
    isLeft = true
    asked.value = null
  },
  /** Shows a key from now on; an empty one: none. */
  use(value: string): void {
    kept.value = value.trim()
    try {
      sessionStorage.setItem(name, kept.value)
    } catch {
      // Without storage the key lasts until the page is left.
    }
    isLeft = false
    needed.value = null
    asked.value = null
  },
}
