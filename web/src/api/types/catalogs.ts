/* What there is to choose from. */
import type { Json, Span } from './common'

export interface TriggerArgument {
  name: string
  type: string
  required: boolean
  list: boolean
  min?: number
  max?: number
  options?: string[]
  description?: string
}

export interface TriggerEntry {
  namespace: string
  method: string
  aliases: string[]
  description: string
  arguments: TriggerArgument[]
  example: string
}

export interface Completion {
  label: string
  insertText: string
  span: Span
  detail?: string
}

export interface Model {
  id: string
  provider: string
  displayName?: string
  contextWindow?: number
  input?: string[]
  tools?: boolean
  price?: { input?: number; output?: number; cachedInput?: number; currency?: string }
}

export interface Models {
  data: Model[]
  default?: string
  unavailable: { provider: string; code: string; message: string }[]
}

export interface Tool {
  name: string
  source: string
  description?: string
  schema?: Json
  approval?: string
}
