/* Stored prompts. */
import type { Json, Selection } from './common'
import type { Part } from './turns'

export interface Variable {
  name: string
  type: string
  required?: boolean
  default?: Json
  label?: string
  description?: string
  min?: number
  max?: number
  step?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  options?: Json[]
  allowOther?: boolean
  itemType?: string
  input?: string
  secret?: boolean
  locked?: string
  [more: string]: Json | undefined
}

export interface PromptMessage {
  role: string
  content: string | Part[]
}

export interface Prompt {
  key?: string
  id?: string
  version?: number
  title?: string
  description?: string
  tags?: string[]
  messages: PromptMessage[]
  variables?: Variable[]
  model?: string
  parameters?: Record<string, Json>
  tools?: Selection
  rules?: string[]
  resources?: Json[]
  output?: { schema?: Json; format?: string }
  labels?: string[]
  createdAt?: string
  author?: string
  note?: string
  hash?: string
}

/** What a prompt must answer, and which labels move only when it does. */
export interface PromptTests {
  key: string
  labels: string[]
  cases: PromptTest[]
  revision: number
  savedAt?: string
}

export interface PromptTest {
  name: string
  content?: string
  variables?: Record<string, Json>
  resources?: Json[]
  model?: string
  parameters?: Record<string, Json>
  expect: Expectation[]
}

/** Exactly one of its members is there. */
export type Expectation = Partial<Record<ExpectationKind, Json>>

export type ExpectationKind = 'contains' | 'notContains' | 'equal' | 'matches' | 'json' | 'calls' | 'notCalls' | 'sends' | 'notSends' | 'maxOutputTokens' | 'maxSeconds'

export interface PromptTestReport {
  passed: boolean
  counts: boolean
  version?: number
  results: { name: string; passed: boolean; failures: string[]; answer?: string; milliseconds: number }[]
}
