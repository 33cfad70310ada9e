import { Signal, useSignal } from '../api/signal'

/** Where the page is: the parts of the path, decoded, and the query. */
export interface Route {
  parts: string[]
  query: URLSearchParams
}

const here = (): string => location.pathname + location.search
const place = new Signal(here())
window.addEventListener('popstate', () => {
  place.value = here()
})

export function read(address: string): Route {
  const [path = '', search = ''] = address.split('?')
  return { parts: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(search) }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** An address of the page: every part is escaped. */
export const to = (...parts: string[]): string => `/${parts.map(encodeURIComponent).join('/')}`

/** Where a prompt is begun: a place that no key of a prompt can be. */
export const newPrompt = '/prompts?new='

export function go(address: string, { replace = false } = {}): void {
  if (address === here()) return
  history[replace ? 'replaceState' : 'pushState'](null, '', address)
  place.value = here()
}

/** The same place with another value in the query; null takes it away. */
export function withQuery(name: string, value: string | null): string {
  const search = new URLSearchParams(location.search)
  if (value === null) search.delete(name)
  else search.set(name, value)
  const text = search.toString()
  return location.pathname + (text ? `?${text}` : '')
}

export const useRoute = (): Route => read(useSignal(place))
