import type { Json, Question } from '../api/types'

/** What was filled in, by field. */
export type Filled = Record<string, Json>

/** The content of a form as its schema has it: fields that were left empty are left out. */
export function contentOf({ schema }: Question, filled: Filled): Record<string, Json> {
  const content: Record<string, Json> = {}
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const value = filled[name] ?? field.default ?? (field.type === 'boolean' ? false : null)
    if (value === null || value === '') continue
    content[name] = (field.type === 'number' || field.type === 'integer') && typeof value === 'string' ? Number(value) : field.type === 'array' && typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value
  }
  return content
}
