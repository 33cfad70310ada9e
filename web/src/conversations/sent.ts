import { keep, keptJson } from '../kit/keep'
import type { Edited, Written } from './useBox'

/** What left the box and is not known to have arrived. */
export interface Sent extends Written {
  editing: Edited | null
}

const slotOf = (draft: string): string => `sent:${draft}`
const held = new Map<string, Sent>()
const underWay = new Set<string>()

/** Keeps what is sent for this tab until the server has taken it: a page that is loaded again meanwhile has it in its box. */
export function hold(draft: string, sent: Sent): void {
  held.set(draft, sent)
  underWay.add(draft)
  keep(slotOf(draft), JSON.stringify({ ...sent, files: sent.files.map(({ url: _, ...file }) => file) }))
}

/** The server has taken it, or it is in the box again. */
export function arrived(draft: string): void {
  held.delete(draft)
  underWay.delete(draft)
  keep(slotOf(draft), null)
}

/** It did not arrive: a box that is opened from now on has it. */
export const lost = (draft: string): void => void underWay.delete(draft)

/** Whether it is neither known to have arrived nor in the box again. */
export const isHeld = (draft: string): boolean => held.has(draft)

/** What was sent and never arrived; null while it may yet. */
export function left(draft: string): Sent | null {
  if (underWay.has(draft)) return null
  const found = held.get(draft) ?? keptJson<Sent>(slotOf(draft))
  return typeof found?.content === 'string' ? { content: found.content, files: found.files ?? [], editing: found.editing ?? null } : null
}
