import type { Json } from '../api/types'

interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  default?: Json
  enum?: Json[]
  items?: Schema
}

/** Arguments to begin with: what a schema requires, with its defaults. */
export function example(schema: Json | undefined): Json {
  const { properties = {}, required = [] } = (schema ?? {}) as unknown as Schema
  return Object.fromEntries(Object.entries(properties).filter(([name]) => required.includes(name)).map(([name, one]) => [name, value(one)]))
}

function value(schema: Schema): Json {
  if (schema.default !== undefined) return schema.default
  if (schema.enum?.[0] !== undefined) return schema.enum[0]
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  switch (type) {
    case 'number':
    case 'integer':
      return 0
    case 'boolean':
      return false
    case 'array':
      return []
    case 'object':
      return example(schema as unknown as Json)
    default:
      return ''
  }
}
