import { QueryClient, queryOptions } from '@tanstack/react-query'
import { connection } from './connection'
import { Problem, ask, json, query } from './http'
import type { Conversation, Me, Models, Page, Preview, Project, Prompt, Resource, Rule, StationTrace, Tag, Tool, TriggerEntry, Turn, TurnPath, Explained } from './types'

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
})

connection.onBack(() => void client.invalidateQueries())

const at = encodeURIComponent
const none: Turn[] = []

/** Everything of a list, page after page. */
export async function all<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const found: T[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: Page<T> = await json<Page<T>>(`${path}${query({ limit: 200, after })}`, { signal })
    found.push(...page.data)
    after = page.next ?? undefined
  }
  return found
}

export const models = queryOptions({ queryKey: ['models'], queryFn: ({ signal }) => json<Models>('/api/models', { signal }), staleTime: 60_000 })
export const tools = queryOptions({ queryKey: ['tools'], queryFn: ({ signal }) => json<Page<Tool>>('/api/tools', { signal }), select: (page) => page.data, staleTime: 30_000 })
export const triggers = queryOptions({ queryKey: ['triggers'], queryFn: ({ signal }) => json<TriggerEntry[]>('/api/triggers', { signal }), staleTime: Infinity })
export const rules = queryOptions({ queryKey: ['rules'], queryFn: ({ signal }) => all<Rule>('/api/rules', signal) })
export const tags = queryOptions({ queryKey: ['tags'], queryFn: ({ signal }) => all<Tag>('/api/tags', signal) })
export const projects = queryOptions({ queryKey: ['projects'], queryFn: ({ signal }) => all<Project>('/api/projects', signal) })

/** The prompts that a conversation can begin with. */
export const prompts = queryOptions({ queryKey: ['prompts', 'choices'], queryFn: ({ signal }) => all<Prompt>('/api/prompts', signal) })

export const me = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => json<Me>('/api/me', { signal }), staleTime: 30_000 })

export const conversation = (id: string) =>
  queryOptions({ queryKey: ['conversations', id], queryFn: ({ signal }) => json<Conversation>(`/api/conversations/${at(id)}`, { signal }) })

const path = (id: string) => ({
  queryKey: ['conversations', id, 'turns'],
  queryFn: ({ signal }: { signal: AbortSignal }) => json<TurnPath>(`/api/conversations/${at(id)}/turns?branches=true`, { signal }),
})

export const turns = (id: string) => queryOptions({ ...path(id), select: ({ data }) => data })

/** Turns of a conversation that wait behind another, or ended before a model was asked. */
export const unbegun = (id: string) => queryOptions({ ...path(id), select: ({ unbegun: some }) => some ?? none })

export const variables = (id: string) =>
  queryOptions({ queryKey: ['conversations', id, 'variables'], queryFn: ({ signal }) => json<Record<string, Explained>>(`/api/conversations/${at(id)}/variables`, { signal }) })

export const turn = (id: string) => queryOptions({ queryKey: ['turns', id], queryFn: ({ signal }) => json<Turn>(`/api/turns/${at(id)}`, { signal }) })
export const trace = (id: string) => queryOptions({ queryKey: ['turns', id, 'trace'], queryFn: ({ signal }) => json<StationTrace[]>(`/api/turns/${at(id)}/trace`, { signal }) })

/** What a turn sent to its model. */
export const sent = (id: string) => queryOptions({ queryKey: ['turns', id, 'request'], queryFn: ({ signal }) => json<Preview['request']>(`/api/turns/${at(id)}/request`, { signal }) })

export const resources = (id: string) =>
  queryOptions({ queryKey: ['conversations', id, 'resources'], queryFn: ({ signal }) => json<Page<Resource>>(`/api/conversations/${at(id)}/resources`, { signal }), select: (page) => page.data })

/** A prompt, and the tag that a later save must name. */
export const prompt = (key: string, version?: number | 'latest') =>
  queryOptions({
    queryKey: ['prompts', key, version ?? 'usual'],
    queryFn: async ({ signal }) => {
      const response = await ask(`/api/prompts/${at(key)}${query({ version })}`, { signal })
      return { prompt: (await response.json()) as Prompt, etag: response.headers.get('ETag') ?? '' }
    },
  })
