import { useEffect, useState } from 'react'
import { json, Problem, told } from '../api/http'
import type { Preview } from '../api/types'

const pause = 450
/** What is nothing to complain about while somebody still types. */
const quiet = new Set(['content_missing', 'unreachable', 'unauthorized', 'conversation_busy'])

/** What a preview is asked for, and where: that of an edit is the edited turn's, which has more than is said here. */
export interface Asked {
  path: string
  body: Record<string, unknown>
}

/** What the server says of the turn as it is written now, asked for when the hands rest. */
export function usePreview({ path, body }: Asked, wanted: boolean): { preview: { text: string; value: Preview } | null; fault: string | null } {
  const [preview, setPreview] = useState<{ text: string; value: Preview } | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  useEffect(() => {
    if (!wanted) {
      setPreview(null)
      setFault(null)
      return
    }
    const stop = new AbortController()
    const timer = setTimeout(() => {
      json<Preview>(path, { method: 'POST', body, signal: stop.signal }).then(
        (value) => {
          setPreview({ text: String(body['content'] ?? ''), value })
          setFault(null)
        },
        (error: unknown) => {
          if (stop.signal.aborted) return
          setPreview(null)
          setFault(error instanceof Problem && quiet.has(error.code) ? null : told(error))
        },
      )
    }, pause)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [path, body, wanted])
  return { preview, fault }
}
