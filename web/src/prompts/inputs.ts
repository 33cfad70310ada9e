import { Signal } from '../api/signal'
import type { Json } from '../api/types'

/** What a prompt is tried with. It stays while one goes from prompt to prompt, so that the same question can be asked of each. */
export const inputs = new Signal<{ content: string; values: Record<string, Json> }>({ content: '', values: {} })
