/** Where the focus was: the element, and on the way up from it each parent with the place in it. */
interface Place {
  element: HTMLElement
  way: { parent: Element; n: number }[]
  /** It was out of use since. */
  isOut: boolean
}

const focusable = 'a[href], button:not(:disabled), input:not(:disabled):not([type="hidden"]), select:not(:disabled), textarea:not(:disabled), [contenteditable="true"], [tabindex]:not([tabindex="-1"])'
const dialogs = '[role="dialog"], [role="alertdialog"]'
const moment = 30

let isMoved = false
let look = () => undefined as unknown

/** The page has gone to another place: its heading gets the focus when it is there, unless something of it takes it. */
export function arrive(): void {
  isMoved = true
  look()
}

/**
 * Keeps the focus from falling to nowhere when what has it is taken away: it goes to what stands in that place now, such as the same button of the next row, else to what is nearest.
 * A button that was only out of use for a while has it back.
 */
export function keepFocus(): () => void {
  const places = new WeakMap<Element, Place>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let beside: Element | null = null // what has the focus, such as a word at the edge of the page
  const layer = () => [...document.querySelectorAll(dialogs)].at(-1) ?? document.getElementById('main')
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return
    const within = target.closest(dialogs) ?? document.getElementById('main')
    if (!target.closest(dialogs)) isMoved = false
    beside = within?.contains(target) ? null : target
    if (beside === null && within && within !== target) places.set(within, placeOf(target))
  }
  // A press beside everything takes the focus away on purpose.
  const onPress = () => {
    const at = layer()
    setTimeout(() => {
      const place = at && places.get(at)
      if (at && place && !hasFocus() && isShown(place.element) && !place.element.matches(':disabled')) places.delete(at)
    })
  }
  const mend = () => {
    timer = undefined
    const at = layer()
    if (!at) return
    if (isMoved && at.id === 'main') toHeading(at)
    else if (!hasFocus()) restore(at, places.get(at), beside !== null && !isShown(beside))
  }
  look = () => (timer ??= setTimeout(mend, moment))
  const changes = new MutationObserver(look)
  changes.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] })
  document.addEventListener('focusin', onFocus)
  document.addEventListener('pointerup', onPress)
  return () => {
    changes.disconnect()
    clearTimeout(timer)
    document.removeEventListener('focusin', onFocus)
    document.removeEventListener('pointerup', onPress)
    look = () => undefined
  }
}

const isShown = (element: Element): boolean => element.isConnected && (element.checkVisibility?.() ?? true)

function hasFocus(): boolean {
  const { activeElement: at } = document
  return at !== null && at !== document.body && isShown(at)
}

function toHeading(main: Element): void {
  const { activeElement: at } = document
  const heading = [...main.querySelectorAll<HTMLElement>('h1')].find(isShown)
  if (hasFocus() && main.contains(at)) isMoved = false // the page stayed, or something of it took the focus
  else if (heading) focusHeading(heading)
}

function focusHeading(heading: HTMLElement): void {
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
  isMoved = false
}

/** Gives the focus back: to what had it, if that was only out of use or what took it from there is gone. */
function restore(root: Element, place: Place | undefined, isBack: boolean): void {
  if (!place) return
  if (!isShown(place.element)) {
    const target = near(place, root)
    const heading = root.querySelector<HTMLElement>('h1')
    if (target) target.focus()
    else if (heading) focusHeading(heading)
  } else if (place.element.matches(':disabled')) place.isOut = true
  else if (place.isOut || isBack) place.element.focus()
}

function placeOf(element: HTMLElement): Place {
  const way: Place['way'] = []
  for (let at: Element = element; at.parentElement; at = at.parentElement) way.push({ parent: at.parentElement, n: [...at.parentElement.children].indexOf(at) })
  return { element, way, isOut: false }
}

/** What stands where something was, else what is behind it, else what is before it; further up where nothing is. */
function near({ way }: Place, root: Element): HTMLElement | null {
  for (const [up, { parent, n }] of way.entries()) {
    if (!root.contains(parent)) continue
    const down = way.slice(0, up).toReversed()
    const all = [...parent.children]
    for (const child of [...all.slice(n), ...all.slice(0, n).toReversed()]) {
      const found = alike(child, down.map((one) => one.n))
      if (found) return found
    }
    if (parent === root) break
  }
  return null
}

/** What is in a row where something was in another row, else the first thing near there that can have the focus. */
function alike(row: Element, steps: readonly number[]): HTMLElement | null {
  let at = row
  for (const n of steps) {
    const next = at.children[Math.min(n, at.children.length - 1)]
    if (!next) break
    at = next
  }
  for (let from: Element | null = at; from; from = from === row ? null : from.parentElement) {
    const found = [...(from.matches(focusable) ? [from] : []), ...from.querySelectorAll(focusable)].find(isShown)
    if (found) return found as HTMLElement
  }
  return null
}
