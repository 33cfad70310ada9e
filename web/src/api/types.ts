/** The shapes of the HTTP API, as docs/api.md tells them. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

export interface Page<T> {
  data: T[]
  next?: string
}

export interface Span {
  start: number
  end: number
}

export interface Usage {
  inputTokens: number
  cachedTokens?: number
  outputTokens: number
  reasoningTokens?: number
  estimated: boolean
}

export interface Cost {
  amount: number
  currency: string
}

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
  createdAt: string
  endedAt?: string
  timeToFirstToken?: number
  openCalls?: OpenCall[]
  /** Ids of the turns at its place, itself among them, oldest first. */
  siblings?: string[]
}

export interface Conversation {
  id: string
  title?: string
  project?: string
  prompt?: Prompt
  head?: string
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

export interface Preview {
  request: { model: string; messages: Message[]; tools: { name: string; description?: string; schema?: Json }[]; parameters: Record<string, Json> }
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

/** A key as it is shown: of its secret only the beginning. */
export interface AccessKey {
  id: string
  name: string
  prefix: string
  user?: string
  organization: string
  scopes: string[]
  prompts?: string[]
  models?: string[]
  createdAt: string
  expiresAt?: string
  revokedAt?: string
  rotatedAt?: string
}

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
  default: string
  unavailable: { provider: string; code: string; message: string }[]
}

export interface Tool {
  name: string
  source: string
  description?: string
  schema?: Json
  approval?: string
}

export interface Rule {
  id: string
  name: string
  content: string
  placement: 'system' | 'before' | 'after'
  alwaysOn: boolean
  tags?: string[]
}

export interface Tag {
  name: string
  description?: string
  rules: string[]
}

export interface Project {
  id: string
  name: string
  parent?: string
  system?: { text: string; mode: 'replace' | 'append' }
  model?: string
  parameters?: Record<string, Json>
  tools?: string[]
  rules?: string[]
  tags?: string[]
  variables?: Record<string, Json>
}
