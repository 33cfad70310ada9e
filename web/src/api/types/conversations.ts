/* Conversations, and what is attached to them. */
import type { Json } from './common'
import type { Prompt } from './prompts'

export interface Conversation {
  id: string
  title?: string
  /** How the text begins that was typed in it first. */
  beginning?: string
  project?: string
  prompt?: Prompt
  head?: string
  /** The turn of another conversation that it goes on from. */
  forkedFrom?: string
  variables: Record<string, Json>
  model?: string
  parameters?: Record<string, Json>
  summaries?: { id: string; turns: number; text: string; model?: string }[]
  pinned?: boolean
  starred?: boolean
  archived?: boolean
  createdAt: string
  updatedAt: string
}

/** Something attached to a conversation. */
export interface Resource {
  id: string
  kind: string
  title?: string
  policy: 'once' | 'sticky' | 'refresh'
  state: string
  text?: string
  file?: string
  url?: string
  path?: string
  mediaType?: string
  size?: number
  tokens?: number
  error?: string
}
