import { vi } from 'vitest'

/** A request that was sent. */
export interface Asked {
  method: string
  path: string
  body: unknown
  headers: Record<string, string>
}

/** What is answered: a value as JSON, or an answer of its own. */
export type Answers = Record<string, (asked: Asked) => unknown>

/** Answers the page's requests by "METHOD /path", the query left out; what is not named is answered 404. The requests are gathered. */
export function serve(answers: Answers): Asked[] {
  const all: Asked[] = []
  vi.stubGlobal('fetch', async (address: string, { method = 'GET', body, headers = {} }: { method?: string; body?: string; headers?: Record<string, string> } = {}) => {
    const asked: Asked = { method, path: address, body: body?.startsWith('{') ? JSON.parse(body) : body, headers }
    all.push(asked)
    const answer = answers[`${method} ${address.split('?')[0] ?? ''}`]?.(asked)
    if (answer instanceof Response) return answer
    return answer === undefined ? refusal(404, 'not_found', 'There is nothing.') : new Response(JSON.stringify(answer), { status: 200 })
  })
  return all
}

export const refusal = (status: number, code: string, detail: string, more: object = {}): Response => new Response(JSON.stringify({ code, detail, ...more }), { status })
