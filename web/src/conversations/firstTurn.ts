import type { Submission } from './useLive'

const waiting = new Map<string, Submission>()

/** Leaves the first turn of a new conversation for its page to send. */
export const handOver = (conversation: string, submission: Submission): void => {
  waiting.set(conversation, submission)
}

/** Takes it, once. */
export function takeFirst(conversation: string): Submission | undefined {
  const submission = waiting.get(conversation)
  waiting.delete(conversation)
  return submission
}
