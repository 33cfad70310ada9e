/* What all of the API speaks in. */

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

/** How a layer changes the set of tools: a list adds, an object also takes away or says "only these". */
export type Selection = string[] | { only?: string[]; add?: string[]; remove?: string[] }
