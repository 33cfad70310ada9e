import type { AccessKey } from '../api/types'
import { Signal } from '../api/signal'

/** A key just made, with what is told only once. */
export interface IssuedKey extends AccessKey {
  key: string
}

/** The key whose secret is shown: it outlives the page on which it was made, until somebody says that they have it. */
export const issued = new Signal<IssuedKey | null>(null)
