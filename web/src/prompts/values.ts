import type { Json, Variable } from '../api/types'
import { numberOf } from '../kit/NumberField'
import { pretty } from '../kit/words'

/** The values that a prompt takes; those of another one are left out. */
export const valuesOf = (definitions: readonly Variable[], values: Record<string, Json>): Record<string, Json> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => definitions.some((one) => one.name === name)))

const isText = (value: Json): value is string => typeof value === 'string'

/** The value of a list, an object or messages as somebody would write it; a list of plain lines stands one a line. */
export function shown(value: Json | undefined, type: string): string {
  if (value === undefined) return ''
  if (type === 'list' && Array.isArray(value) && value.every(isText) && isSaid(value)) return value.join('\n')
  if (type === 'any') return presetOf(value, type)
  return pretty(value)
}

const isSaid = (lines: readonly string[]): boolean => JSON.stringify(linesOf(lines.join('\n'))) === JSON.stringify(lines) && !lines[0]?.startsWith('[')

/** What was written in place of a list, an object or messages: JSON, or a list's lines. What is not JSON yet stays a text. */
export function parsed(text: string, type: string): Json | undefined {
  if (text.trim() === '') return undefined
  const value = jsonOf(text)
  if (type === 'list') return Array.isArray(value) ? value : linesOf(text)
  return value ?? text
}

/** A default as somebody would write it. Of a variable that takes anything a text that reads as JSON stands in quotes, so that it stays a text. */
export const presetOf = (value: Json, type: string): string => (type === 'any' && typeof value === 'string' && jsonOf(value) !== undefined ? JSON.stringify(value) : pretty(value))

/** A default as its type has it. What is not of the type yet stays a text, for the checks to remark. */
export function defaultOf(text: string, type: string): Json | undefined {
  if (text === '') return undefined
  if (type === 'number' || type === 'integer') return numberOf(text) ?? text
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'list' || type === 'object' || type === 'messages' || type === 'any') return jsonOf(text) ?? text
  return text
}

/** Options, one a line; those that were there before keep what they are. */
export const optionsOf = (text: string, before: readonly Json[]): Json[] => linesOf(text).map((line) => before.find((one) => String(one) === line) ?? line)

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
