import { useState } from 'react'
import { ask, json, Problem } from '../api/http'

interface Kept {
  revision?: number
}

interface Revision<T> {
  /** Whether a save was refused because somebody else saved meanwhile. */
  isOvertaken: boolean
  /** Saves over the revision that was read, or over whatever is kept by now. */
  put: (body: unknown, over?: boolean) => Promise<unknown>
  /** Reads what is kept by now; the next save is over that. */
  theirs: () => Promise<T>
}

/** Saves something at an address over the revision that was read: what somebody else saved meanwhile is not lost unasked. */
export function useRevision<T extends Kept>(path: string, read: Kept): Revision<T> {
  const [revision, setRevision] = useState(read.revision)
  const [isOvertaken, setOvertaken] = useState(false)
  return {
    isOvertaken,
    put: async (body, over = false) => {
      try {
        return await ask(path, { method: 'PUT', body, headers: over || revision === undefined ? {} : { 'If-Match': `"${String(revision)}"` } })
      } catch (error) {
        setOvertaken(error instanceof Problem && error.status === 412 && error.body['field'] === 'If-Match')
        throw error
      }
    },
    theirs: async () => {
      const kept = await json<T>(path)
      setRevision(kept.revision)
      setOvertaken(false)
      return kept
    },
  }
}
