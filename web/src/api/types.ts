/** The shapes of the HTTP API, as docs/api.md tells them. */
export type * from './types/catalogs'
export type * from './types/common'
export type * from './types/conversations'
export type * from './types/prompts'
export type * from './types/roads'
export type * from './types/settings'
export type * from './types/turns'
