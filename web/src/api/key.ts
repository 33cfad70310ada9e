import { Signal } from './signal'

const name = 'turnpike.key'
const kept = new Signal<string>(read())
const asked = new Signal<string | null>(null)

function read(): string {
  try {
    return sessionStorage.getItem(name) ?? ''
  } catch {
    return ''
  }
}

/** The key that requests carry. It is kept for this tab only. */
export const key = {
  asked,
  /** Whether requests carry one. */
  get isShown(): boolean {
    return kept.value !== ''
  },
  headers: (): Record<string, string> => (kept.value ? { Authorization: `Bearer ${kept.value}` } : {}),
  ask: (why: string): void => {
    asked.value = why
  },
  use(value: string): void {
    kept.value = value.trim()
    try {
      sessionStorage.setItem(name, kept.value)
    } catch {
      // Without storage the key lasts until the page is left.
    }
    asked.value = null
  },
}
