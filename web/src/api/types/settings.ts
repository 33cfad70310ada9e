/* What conversations share, and who may ask. */
import type { Json, Selection } from './common'

export interface Rule {
  id: string
  name: string
  content: string
  placement: 'system' | 'before' | 'after'
  alwaysOn: boolean
  tags?: string[]
  /** How often it was saved. The server gives it. */
  revision?: number
}

export interface Tag {
  name: string
  description?: string
  rules: string[]
  /** How often it was saved. The server gives it. */
  revision?: number
}

export interface Project {
  id: string
  name: string
  parent?: string
  system?: { text: string; mode: 'replace' | 'append' }
  model?: string
  parameters?: Record<string, Json>
  tools?: Selection
  rules?: string[]
  tags?: string[]
  variables?: Record<string, Json>
  /** How often it was saved. The server gives it. */
  revision?: number
}

export type Role = 'viewer' | 'runner' | 'editor' | 'owner'

/** Somebody who may do something in a project, by the project that says so. */
export interface Member {
  project: string
  user: string
  role: Role
}

/** Whom the key of this page stands for. */
export interface Me {
  name: string
  user?: string
  organization: string
  scopes: string[]
  /** Left out where no key is asked for. */
  key?: AccessKey
}

/** How much a key may use; what is left out: as much as it likes. */
export interface KeyLimits {
  requestsPerMinute?: number
  requestsPerDay?: number
  requestsPerMonth?: number
  tokensPerMinute?: number
  tokensPerDay?: number
  tokensPerMonth?: number
  costPerDay?: number
  costPerMonth?: number
  concurrency?: number
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
  limits?: KeyLimits
  createdAt: string
  expiresAt?: string
  revokedAt?: string
  rotatedAt?: string
}
