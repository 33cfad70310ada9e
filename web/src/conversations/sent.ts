import { keep, keptJson } from '../kit/keep'
import type { Edited, Written } from './useBox'

/** A turn that was asked for, and is not known to have begun. */
export interface Attempt {
  /** The server takes it once under this key. */
  key: string
  /** All that was asked: another turn has another key. */
  said: string
}

/** What left the box and is not known to have arrived. */
export interface Sent extends Written {
  editing: Edited | null
  /** Null when it is known not to have arrived. */
  attempt?: Attempt | null
}

const slotOf = (draft: string): string => `sent:${draft}`
const held = new Map<string, Sent>()
const underWay = new Set<string>()

/** Keeps what is sent for this tab until the server has taken it: a page that is loaded again meanwhile has it in its box. */
export function hold(draft: string, sent: Sent): void {
  underWay.add(draft)
  put(draft, sent)
}

function put(draft: string, sent: Sent): void {
  held.set(draft, sent)
  keep(slotOf(draft), JSON.stringify({ ...sent, files: sent.files.map(({ url: _, ...file }) => file) }))
}

/** The server has taken it, or it is in the box again. */
export function arrived(draft: string): void {
  held.delete(draft)
  underWay.delete(draft)
  keep(slotOf(draft), null)
}

/** It did not arrive, or nobody knows: a box that is opened from now on has it. */
export const lost = (draft: string): void => void underWay.delete(draft)

/** The server has said no: whatever is sent from now on is something else. */
export function refused(draft: string): void {
  const sent = held.get(draft)
  if (sent) put(draft, { ...sent, attempt: null })
  lost(draft)
}

/** Whether it is neither known to have arrived nor in the box again. */
export const isHeld = (draft: string): boolean => held.has(draft)

/** Under which key it was asked for, if nobody knows whether it arrived. */
export const attemptOf = (draft: string): Attempt | null => held.get(draft)?.attempt ?? null

/** The key for what is asked now: that of an attempt at the very same, whose end nobody knows, or a new one. */
export const attemptAt = (said: string, before: Attempt | null): Attempt => (before?.said === said ? before : { key: newKey(), said })

/** As random as any, also on a page that came over plain HTTP, where browsers make no UUIDs. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** What was sent and never arrived; null while it may yet. */
export function left(draft: string): Sent | null {
  if (underWay.has(draft)) return null
  const found = held.get(draft) ?? keptJson<Sent>(slotOf(draft))
  return typeof found?.content === 'string' ? { content: found.content, files: found.files ?? [], editing: found.editing ?? null, attempt: found.attempt ?? null } : null
}
