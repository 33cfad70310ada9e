import type { Prompt } from '../api/types'
import { added, withAdded } from '../tools/selection'
import type { Issue } from './useIssues'

export interface Remedy {
  says: string
  change: Partial<Prompt>
}

/** What a button can do about an issue; null when a person must think. */
export function remedy(issue: Issue, draft: Prompt): Remedy | null {
  const { code, name, fix } = issue
  const variables = draft.variables ?? []
  if (fix?.text !== undefined) return written(issue, fix.text, fix.message, draft)
  if ((code === 'variable_undefined' || code === 'variable_inferred') && name) return { says: 'Define it', change: { variables: [...variables, { name, type: 'string', required: code === 'variable_undefined' }] } }
  if ((code === 'variable_unused' || code === 'variable_unreachable') && name) return { says: 'Remove it', change: { variables: variables.filter((one) => one.name !== name) } }
  if (code === 'parameter_unsupported' && name) {
    const { [name]: _, ...parameters } = draft.parameters ?? {}
    return { says: 'Remove it', change: { parameters } }
  }
  const empty = code === 'message_empty' ? /^messages\[(\d+)\]/.exec(issue.path)?.[1] : undefined
  return empty === undefined ? null : { says: 'Remove it', change: { messages: draft.messages.filter((_, n) => n !== Number(empty)) } }
}

/** Puts a text in the place that the issue names: a span of a message, or one of a list of names. */
function written({ path, span }: Issue, text: string, says: string, draft: Prompt): Remedy | null {
  const [, list, at] = /^(tools|tools\.add|rules)\[(\d+)\]$/.exec(path) ?? []
  const mended = (names: string[]) => names.map((one, n) => (n === Number(at) ? text : one))
  if (list === 'rules') return { says, change: { rules: mended(draft.rules ?? []) } }
  if (list) return { says, change: { tools: withAdded(draft.tools, mended(added(draft.tools))) } }
  if (path === 'model') return { says, change: { model: text } }
  const [, message, part] = /^messages\[(\d+)\]\.content\[(\d+)\]$/.exec(path) ?? []
  if (!span || message === undefined) return null
  const put = (old: string) => old.slice(0, span.start) + text + old.slice(span.end)
  const messages = draft.messages.map((one, n) => {
    if (n !== Number(message)) return one
    if (typeof one.content === 'string') return { ...one, content: put(one.content) }
    return { ...one, content: one.content.map((piece, p) => (p === Number(part) && piece.text !== undefined ? { ...piece, text: put(piece.text) } : piece)) }
  })
  return { says, change: { messages } }
}
