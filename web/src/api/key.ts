import { Signal } from './signal'

const name = 'turnpike.key'
/** What is wrong with a text as a key; undefined when nothing is. No request can carry other signs. */
export const wrongKey = (text: string): string | undefined =>
  /^[!-~]*$/.test(text.trim()) ? undefined : 'A key has only letters, digits and signs of ASCII, no space and no …: copy it whole, as it was shown when it was made. The page Keys shows only how it begins.'

const kept = new Signal<string>(read())
const asked = new Signal<string | null>(null)
const needed = new Signal<string | null>(null)
let isLeft = false

function read(): string {
  try {
    const found = sessionStorage.getItem(name) ?? ''
    return wrongKey(found) === undefined ? found : ''
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
  /** Shows a key from now on; an empty one: none. One that no request can carry is not taken. */
  use(value: string): void {
    const wrong = wrongKey(value)
    if (wrong !== undefined) {
      asked.value = wrong
      return
    }
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
