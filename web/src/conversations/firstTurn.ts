import type { Written } from './useBox'
import type { Submission } from './useLive'

/** The first turn of a conversation, and what stood in the box for it. */
export interface FirstTurn {
  submission: Submission
  written: Written
}

const waiting = new Map<string, FirstTurn>()

/** Leaves the first turn of a new conversation for its page to send. */
export const handOver = (conversation: string, first: FirstTurn): void => {
  waiting.set(conversation, first)
}

/** Takes it, once. */
export function takeFirst(conversation: string): FirstTurn | undefined {
  const first = waiting.get(conversation)
  waiting.delete(conversation)
  return first
}
