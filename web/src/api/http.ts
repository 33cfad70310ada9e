import { connection } from './connection'
import { key } from './key'

/** A refusal of the server: RFC 9457, with the code that programs read. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(message)
    this.name = 'Problem'
  }
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** Sends a request with the key, and throws a Problem for every refusal. */
export async function ask(path: string, { method = 'GET', body, headers, signal }: Ask = {}): Promise<Response> {
  checkAddress(path)
  const all: Record<string, string> = { ...headers, ...key.headers() }
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm && all['Content-Type'] === undefined) all['Content-Type'] = 'application/json'
  const content = body === undefined || isForm || typeof body === 'string' ? (body as BodyInit | undefined) : JSON.stringify(body)
  void new Headers(all) // what no header can say is refused here: that is no failure of the network
  let response: Response
  try {
    response = await fetch(path, { method, headers: all, ...(content === undefined ? {} : { body: content }), ...(signal ? { signal } : {}) })
  } catch (error) {
    if (signal?.aborted) throw error
    throw unreachable()
  }
  return accepted(response)
}

/** Steps that browsers take out of addresses would have something else asked for, or deleted, than what was named. */
function checkAddress(path: string): void {
  const step = path.split('?')[0]?.split('/').slice(1).find((one) => one === '' || one === '.' || one === '..')
  if (step !== undefined) throw new Problem(400, 'request_invalid', `“${step}” cannot be asked for: no address can hold it.`)
}

/** What to throw when no answer came; from then on the server is knocked at until it is back. */
export function unreachable(): Problem {
  connection.lost()
  return new Problem(0, 'unreachable', 'The server cannot be reached. What you wrote is kept; this goes on when it is back.')
}

/** An answer that is no refusal; a refusal is thrown, and a key asked for when one is missing. */
export async function accepted(response: Response): Promise<Response> {
  connection.found()
  if (response.ok) return response
  const problem = await problemOf(response)
  if (response.status === 401) key.ask(problem.message)
  throw problem
}

/** The answer as JSON. */
export async function json<T>(path: string, options?: Ask): Promise<T> {
  const response = await ask(path, options)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** A refusal without what only programs do: they write headers, people fill in a field. */
const forPeople = (why: string): string => why.replace(/\s*Send "Authorization: [^"]*"[.;]?.*/, ' Whoever runs it can make one, on the page Keys or with “turnpike keys create”.')

export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '')
  try {
    const body = JSON.parse(text) as Record<string, unknown>
    return new Problem(response.status, String(body['code'] ?? 'error'), forPeople(String(body['detail'] ?? body['title'] ?? text)), body)
  } catch {
    return new Problem(response.status, response.headers.get('Turnpike-Error') ?? 'error', text || `The server answered ${response.status}.`)
  }
}

/** What to tell a person about anything that was thrown. */
export const told = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A query string of what is set. */
export function query(values: Record<string, string | number | boolean | undefined | null>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`
}
