/* The road of a turn: what each station did. */
import type { Json, Span } from './common'
import type { Message, TriggerRecord, Warning } from './turns'

export interface Change {
  path: string
  before: Json
  after: Json
  source: string
  span?: Span
}

/** Something that was cut or left out to fit the model, or that stands for what was. */
export interface PackingItem {
  kind: string
  outcome: string
  id: string
  title?: string
  turns?: number
  tokens: number
  sent: number
  reason: string
}

export interface StationTrace {
  station: string
  milliseconds: number
  changes: Change[]
  packing?: PackingItem[]
  /** The parameters that some layer set, and the variables that more than one did: what each layer said. */
  parameters?: Record<string, Explained>
  variables?: Record<string, Explained>
}

export interface Explained {
  value?: Json
  layer?: string
  why?: string
  layers: { layer: string; value: Json }[]
}

/** Where a stretch of the messages came from; without a span it is a whole part that is no text. */
export interface TextSource {
  message: number
  part: number
  span?: { start: number; end: number }
  source: string
}

export interface Preview {
  request: { model: string; messages: Message[]; tools: { name: string; description?: string; schema?: Json }[]; parameters: Record<string, Json> }
  sources?: TextSource[]
  trace: StationTrace[]
  variables: Record<string, Explained>
  parameters?: Record<string, Explained>
  triggers: TriggerRecord[]
  packing: PackingItem[]
  warnings: Warning[]
  tokens: { input: number; estimated: boolean }
  actions: Json[]
  prompt?: { key?: string; version?: number; hash: string }
}
