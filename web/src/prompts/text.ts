import type { Prompt } from '../api/types'
import { partsOf } from '../conversations/pieces'
import type { Message } from '../api/types'
import { told } from '../tools/selection'

const names = /\{\{([^{}]*)\}\}/g
const word = /^[A-Za-z_][A-Za-z0-9_]*$/
const notVariables = new Set(['this', 'else', 'input', 'history', 'true', 'false', 'null', 'undefined', 'if', 'unless', 'each', 'with', 'lookup', 'log'])
const helpers = /^(json|media|section|role|history|ifEquals|unlessEquals|date|upper|lower|trim)$/

/** The names of the variables that templates use, in the order in which they are found. */
export function variablesIn(texts: readonly string[]): string[] {
  const found = new Set<string>()
  for (const text of texts) {
    const inner = new Set<string>()
    for (const match of text.matchAll(names)) {
      if (match.index > 0 && text[match.index - 1] === '\\') continue
      const inside = (match[1] ?? '').replaceAll('~', '').trim()
      if (inside === '' || /^[!>/^]/.test(inside) || inside.startsWith('else')) continue
      for (const given of inside.match(/as \|([^|]*)\|/)?.[1]?.split(/\s+/) ?? []) inner.add(given)
      const words = inside.replace(/as \|[^|]*\|/, '').replace(/^#/, '').replaceAll(/"[^"]*"|'[^']*'/g, ' ').split(/[\s()]+/).filter(Boolean)
      const values = words.length > 1 || inside.startsWith('#') ? words.slice(1) : words
      for (const value of values) {
        const name = value.includes('=') ? (value.split('=')[1] ?? '') : value
        const root = name.split(/[./[]/)[0] ?? ''
        if (word.test(root) && !notVariables.has(root) && !helpers.test(root) && !inner.has(root) && !name.startsWith('@')) found.add(root)
      }
    }
  }
  return [...found]
}

export const textsOf = (prompt: Prompt): string[] => prompt.messages.map((message) => (typeof message.content === 'string' ? message.content : message.content.map((part) => part.text ?? part.url ?? '').join('\n')))

/** What a comparable text tells in its own way; all else stands in it as JSON. */
const toldApart = new Set(['key', 'title', 'description', 'tags', 'model', 'parameters', 'tools', 'rules', 'resources', 'variables', 'output', 'messages'])

/** A prompt as a text that people can compare: what it says about itself, then its messages. */
export function readable(prompt: Prompt): string {
  const lines: string[] = []
  const tell = (name: string, value: unknown) => {
    if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0) || (typeof value === 'object' && Object.keys(value as object).length === 0)) return
    lines.push(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  }
  tell('title', prompt.title)
  tell('description', prompt.description)
  tell('tags', prompt.tags?.join(', '))
  tell('model', prompt.model)
  for (const [name, value] of Object.entries(prompt.parameters ?? {})) tell(`parameters.${name}`, value)
  tell('tools', told(prompt.tools))
  tell('rules', prompt.rules?.join(', '))
  for (const resource of prompt.resources ?? []) tell('resource', resource)
  for (const { name, ...rest } of prompt.variables ?? []) lines.push(`variable ${name}: ${Object.entries(rest).filter(([, value]) => value !== false && value !== undefined).map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')}`)
  const { schema, ...output } = prompt.output ?? {}
  if (schema) lines.push(`output: ${JSON.stringify(schema, null, 2)}`)
  for (const [name, value] of Object.entries(output)) tell(`output.${name}`, value)
  for (const [name, value] of Object.entries(body(prompt)).toSorted(([a], [b]) => a.localeCompare(b))) if (!toldApart.has(name)) tell(name, value)
  for (const message of prompt.messages) {
    lines.push('', `— ${message.role} —`, ...partsOf(message as Message).map((part) => part.text ?? `[${part.mediaType ?? part.type} ${part.url ?? ''}]`))
  }
  return `${lines.join('\n')}\n`
}

/** What is saved and run: what the editor may change, without what only the server knows. */
export function body(prompt: Prompt): Prompt {
  const { id: _id, version: _version, labels: _labels, createdAt: _createdAt, author: _author, note: _note, hash: _hash, ...rest } = prompt as Prompt & { file?: string; body?: string }
  const { file: _file, body: _body, ...kept } = rest as typeof rest & { file?: string; body?: string }
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0 && name !== 'messages')) continue
    if (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0) continue
    out[name] = value
  }
  if (out['tags']) out['tags'] = (out['tags'] as string[]).filter((tag) => tag !== 'built-in')
  return out as unknown as Prompt
}
