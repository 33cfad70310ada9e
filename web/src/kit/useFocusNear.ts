import { type FocusEvent, type RefObject, useEffect, useRef } from 'react'

interface Near<T extends HTMLElement> {
  ref: RefObject<T | null>
  onFocus: (event: FocusEvent) => void
}

interface Held {
  button: Element
  n: number
  isOut: boolean
}

/**
 * Keeps the focus near where it was when the button that had it is taken away: it goes to the one that took its place, else to the one before it, else to a last resort. One that was only out of use for a while has it back.
 * @param which Selects the buttons, within what gets the ref.
 * @param orElse Selects the last resort, anywhere on the page.
 */
export function useFocusNear<T extends HTMLElement>(which: string, orElse: string): Near<T> {
  const ref = useRef<T>(null)
  const at = useRef<Held | null>(null)
  const all = () => [...(ref.current?.querySelectorAll<HTMLElement>(which) ?? [])]
  useEffect(() => {
    const was = at.current
    if (!was) return
    if (was.button.isConnected) {
      const isOut = was.button.matches(':disabled')
      const isBack = was.isOut && !isOut
      was.isOut = isOut
      if (!isBack) return
    }
    if (!was.button.isConnected) at.current = null
    if (document.activeElement !== null && document.activeElement !== document.body) return
    const left = all()
    ;(left[Math.min(was.n, left.length - 1)] ?? document.querySelector<HTMLElement>(orElse))?.focus()
  })
  return {
    ref,
    onFocus: ({ target }) => {
      const n = all().indexOf(target as HTMLElement)
      at.current = n < 0 ? null : { button: target, n, isOut: false }
    },
  }
}
