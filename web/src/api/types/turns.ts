/* Turns, and what stands in them. */
import type { Cost, Json, Span, Usage } from './common'

export type TurnStatus = 'queued' | 'preparing' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'interrupted'

export interface Citation {
  url?: string
  title?: string
}

export interface Part {
  type: string
  text?: string
  origin?: string
  callId?: string
  name?: string
  arguments?: Json
  result?: Json
  /** Whether the result is a list of parts, texts and media. */
  parts?: boolean
  error?: string
  denied?: boolean
  mediaType?: string
  data?: string
  url?: string
  file?: string
  /** Names content that is kept apart. */
  hash?: string
  size?: number
  id?: string
  title?: string
  /** The attached thing that the part is of. */
  resource?: { id: string; kind: string; title?: string; policy?: 'once' | 'sticky' | 'refresh' }
  citations?: Citation[]
}

export interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool'
  content: Part[] | string
}

/** What a tool asks in the middle of a call: a form. */
export interface Question {
  message: string
  schema: { properties?: Record<string, FormField>; required?: string[] }
}

export interface FormField {
  type?: string
  title?: string
  description?: string
  enum?: Json[]
  default?: Json
}

/** A tool call that waits for somebody outside. */
export interface OpenCall {
  callId: string
  name: string
  arguments: string
  kind: 'approval' | 'client' | 'input'
  reason?: string
  /** What its tool asks. */
  input?: { questions: Record<string, Question> }
}

export interface TriggerRecord {
  trigger: string
  arguments: string[]
  span: Span
  outcome: string
  sticky?: boolean
}

export interface Warning {
  code: string
  message: string
  span?: Span
  station?: string
}

export interface Attempt {
  step: number
  attempt: number
  model: string
  status: string
  providerRequestId?: string
  providerResponseId?: string
  finishReason?: string
  usage?: Usage
  cost?: Cost
  milliseconds?: number
  timeToFirstToken?: number
  error?: { code: string; message: string }
}

export interface Turn {
  id: string
  conversation: string
  parent?: string
  /** The turn that it does again. */
  origin?: { turn: string; kind: string }
  status: TurnStatus
  content: string
  cleanedContent: string
  answer: string
  messages: Message[]
  usage: Usage
  cost?: Cost
  model: string
  prompt?: { key?: string; version?: number; hash: string }
  parameters: Record<string, Json>
  variables?: Record<string, Json>
  tools: string[]
  rules: { id: string; name: string; hash: string }[]
  triggers: TriggerRecord[]
  warnings: Warning[]
  attempts: Attempt[]
  error?: { code: string; message: string; retryable: boolean }
  /** False: once it has ended, nothing that was said is kept. */
  store?: boolean
  createdAt: string
  endedAt?: string
  timeToFirstToken?: number
  openCalls?: OpenCall[]
  /** Ids of the turns at its place, itself among them, oldest first. */
  siblings?: string[]
}

/** The turns of a branch, and those of the conversation that stand in its queue or ended there before a model was asked. */
export interface TurnPath {
  data: Turn[]
  unbegun?: Turn[]
}
