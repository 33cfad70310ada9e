import type { Json } from '../api/types'

type Values = Record<string, Json>

/** Values as text, one a line: `name = value`. */
export const written = (values: Values): string =>
  Object.entries(values)
    .map(([name, value]) => lineOf(name, value))
    .join('\n')

const lineOf = (name: string, value: Json): string => `${name} = ${valueOf(value)}`

/** A text stands as it is where it is read back as the same, anything else as JSON on one line. */
const valueOf = (value: Json): string => (typeof value === 'string' && !value.includes('\n') && same(parsed(value.trim()), value) ? value : JSON.stringify(value))

/** The values that a text says. A line that stands as `before` wrote it keeps its value as it was. */
export function read(text: string, before: Values = {}): Values {
  const kept = new Map(Object.entries(before).map(([name, value]) => [lineOf(name, value), [name, value] as const]))
  return Object.fromEntries(text.split('\n').flatMap((line) => [kept.get(line) ?? entryOf(line)].filter((one) => one !== null)))
}

function entryOf(line: string): readonly [string, Json] | null {
  const at = line.indexOf('=')
  const name = (at < 0 ? line : line.slice(0, at)).trim()
  return name === '' ? null : [name, at < 0 ? '' : parsed(line.slice(at + 1).trim())]
}

const same = (one: Json, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other)

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
