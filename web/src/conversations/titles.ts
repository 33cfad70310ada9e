import type { Conversation, Turn } from '../api/types'
import { dayOf } from '../kit/words'

/** A name for a conversation that has none. */
export const titleOf = (conversation: Conversation, first?: Turn): string =>
  conversation.title || (first?.cleanedContent || first?.content || '').slice(0, 80).trim() || listTitle(conversation)

export const listTitle = (conversation: Conversation): string => conversation.title || conversation.beginning || conversation.prompt?.title || conversation.prompt?.key || 'Untitled'

export interface Group {
  name: string
  items: Conversation[]
}

/** Pinned ones first, then by the day of their last change; the order within a group is that of the list. */
export function grouped(conversations: readonly Conversation[], now: Date = new Date()): Group[] {
  const groups = new Map<string, Conversation[]>()
  const into = (name: string, one: Conversation) => {
    const group = groups.get(name)
    if (group) group.push(one)
    else groups.set(name, [one])
  }
  for (const one of conversations) if (one.pinned) into('Pinned', one)
  for (const one of conversations) if (!one.pinned) into(dayOf(one.updatedAt, now), one)
  return [...groups].map(([name, items]) => ({ name, items }))
}
