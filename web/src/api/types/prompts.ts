/* Stored prompts. */
import type { Json } from './common'
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
  tools?: string[]
  rules?: string[]
  resources?: Json[]
  output?: { schema?: Json }
  labels?: string[]
  createdAt?: string
  author?: string
  note?: string
  hash?: string
}
