import { useEffect, useState } from 'react'
import { json } from '../api/http'
import type { Prompt, Span } from '../api/types'

export interface Issue {
  code: string
  severity: 'error' | 'warning' | 'info'
  message: string
  path: string
  name?: string
  span?: Span
  fix?: { message: string; text?: string }
}

/** What is wrong, and whether that was said of the prompt as it is written now: places in its text count only then. */
export interface Review {
  issues: Issue[]
  isFresh: boolean
}

const none = { of: '', issues: [] as Issue[] }

/** What the server's checks say of a prompt as it is written now. */
export function useIssues(prompt: Prompt): Review {
  const [said, setSaid] = useState(none)
  const text = JSON.stringify(prompt)
  useEffect(() => {
    const stop = new AbortController()
    const timer = setTimeout(() => {
      json<{ issues: Issue[] }>('/api/prompts/validate', { method: 'POST', body: text, headers: { 'Content-Type': 'application/json' }, signal: stop.signal }).then(
        ({ issues }) => setSaid({ of: text, issues }),
        () => undefined,
      )
    }, 500)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text])
  return { issues: said.issues, isFresh: said.of === text }
}
