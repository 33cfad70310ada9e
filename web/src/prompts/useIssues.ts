import { useEffect, useState } from 'react'
import { json } from '../api/http'
import type { Json, Prompt, Span } from '../api/types'

export interface Issue {
  code: string
  severity: 'error' | 'warning' | 'info'
  message: string
  path: string
  name?: string
  span?: Span
  fix?: Json
}

const none: Issue[] = []

/** What the server's checks say of a prompt as it is written now. */
export function useIssues(prompt: Prompt): Issue[] {
  const [issues, setIssues] = useState(none)
  const text = JSON.stringify(prompt)
  useEffect(() => {
    const stop = new AbortController()
    const timer = setTimeout(() => {
      json<{ issues: Issue[] }>('/api/prompts/validate', { method: 'POST', body: text, headers: { 'Content-Type': 'application/json' }, signal: stop.signal }).then(
        (answer) => setIssues(answer.issues),
        () => undefined,
      )
    }, 500)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text])
  return issues
}
