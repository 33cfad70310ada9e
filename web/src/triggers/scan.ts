import type { Span, TriggerArgument, TriggerEntry } from '../api/types'

/** A stretch of the typed text that looks like a trigger, and what the page knows of it before the server has said more. */
export interface Painted {
  span: Span
  /** Where namespace and method stand. */
  name: Span
  look: 'known' | 'unknown' | 'wrong' | 'open'
  why: string
}

const opening = /[\s([{"'“‘«]/
const nameAt = /[a-z][\w-]*(?:\.(?:[a-z][\w-]*)?)?!?/iy

/**
 * Finds triggers while somebody types: one pass, nothing inside of code, `\@.` is a literal. It colours at once what the server's reading, which
 * counts, confirms a moment later.
 */
export function scan(text: string, catalog: readonly TriggerEntry[]): Painted[] {
  const found: Painted[] = []
  const code = codeSpans(text)
  let from = 0
  for (;;) {
    const start = text.indexOf('@.', from)
    if (start < 0) return found
    from = start + 2
    if (start > 0 && !opening.test(text[start - 1] ?? '')) continue
    if (code.some((span) => start >= span.start && start < span.end)) continue
    nameAt.lastIndex = start + 2
    const name = nameAt.exec(text)?.[0] ?? ''
    const body = start + 2 + name.length
    const { end, args, closed } = argumentsFrom(text, body)
    const place = { start, end: name === '' ? start + 2 : end }
    found.push({ span: place, name: { start: start + 2, end: body }, ...judge(name.replace(/!$/, ''), args, closed, catalog) })
    from = Math.max(from, closed ? end : body)
  }
}

function judge(name: string, args: string[], closed: boolean, catalog: readonly TriggerEntry[]): Pick<Painted, 'look' | 'why'> {
  const [namespace = '', method = ''] = name.toLowerCase().split('.')
  if (namespace === '') return { look: 'open', why: 'Type the name of a command.' }
  const inside = catalog.filter((entry) => entry.namespace.toLowerCase() === namespace)
  const entry = inside.find((one) => one.method.toLowerCase() === method) ?? catalog.find((one) => one.aliases.some((alias) => alias.toLowerCase() === `${namespace}.${method}`))
  if (!entry) {
    if (!closed && catalog.some((one) => `${one.namespace}.${one.method}`.toLowerCase().startsWith(name.toLowerCase()))) return { look: 'open', why: 'Go on typing.' }
    if (inside.length === 0) return { look: 'unknown', why: `There is no trigger namespace “${namespace}”: this stays text.` }
    if (inside.some((one) => one.method === '')) return { look: 'known', why: inside[0]?.description ?? '' }
    return { look: 'unknown', why: `“${namespace}” has no method “${method}”: this stays text.` }
  }
  if (!closed) return { look: 'open', why: `${entry.description} Ends with “;”.` }
  const wrong = mistake(entry.arguments, args)
  return wrong === null ? { look: 'known', why: entry.description } : { look: 'wrong', why: `${wrong} Without that this stays text.` }
}

function mistake(expected: readonly TriggerArgument[], args: string[]): string | null {
  const missing = expected.find((argument, n) => argument.required && args.length <= n)
  if (missing) return `Its argument “${missing.name}” is missing.`
  if (expected.length === 0 && args.length > 0) return 'It takes no arguments.'
  for (const [n, argument] of expected.entries()) {
    if (argument.list || args[n] === undefined) break
    const wrong = misfit(argument, args[n])
    if (wrong) return wrong
  }
  return null
}

function misfit({ name, type, min, max, options }: TriggerArgument, value: string): string | null {
  if (options && options.length > 0 && !options.some((option) => option.toLowerCase() === value.toLowerCase())) return `“${name}” is one of ${options.join(', ')}.`
  if (type !== 'number' && type !== 'integer') return null
  const number = Number(value)
  if (value.trim() === '' || Number.isNaN(number) || (type === 'integer' && !Number.isInteger(number))) return `“${name}” is ${type === 'integer' ? 'a whole number' : 'a number'}.`
  if ((min !== undefined && number < min) || (max !== undefined && number > max)) return `“${name}” is ${min === undefined ? 'at most' : String(min)}${max === undefined ? ' or more' : min === undefined ? ` ${String(max)}` : ` to ${String(max)}`}.`
  return null
}

/** The words behind the name, up to “;”, the end of the line, or the next trigger. */
function argumentsFrom(text: string, from: number): { end: number; args: string[]; closed: boolean } {
  const args: string[] = []
  let word = ''
  let quote = ''
  const push = () => {
    if (word !== '') args.push(word)
    word = ''
  }
  for (let at = from; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (quote !== '') {
      if (sign === '\\') word += text[++at] ?? ''
      else if (sign === quote) quote = ''
      else word += sign
    } else if (sign === ';') {
      push()
      return { end: at + 1, args, closed: true }
    } else if (sign === '\n' || (sign === '@' && text[at + 1] === '.' && opening.test(text[at - 1] ?? ''))) {
      push()
      return { end: at, args, closed: false }
    } else if (/[\s,]/.test(sign)) push()
    else if ((sign === '"' || sign === "'") && word === '') quote = sign
    else word += sign
  }
  push()
  return { end: text.length, args, closed: false }
}

/** What stands in backticks, on one line or fenced. */
export function codeSpans(text: string): Span[] {
  const spans: Span[] = []
  const fences = /^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n|$)/gm
  let at = 0
  for (;;) {
    fences.lastIndex = at
    const open = fences.exec(text)
    inline(text, at, open ? open.index : text.length, spans)
    if (!open) return spans
    const mark = open[1] ?? '```'
    const close = new RegExp(`^ {0,3}${mark[0] ?? '`'}{${String(mark.length)},}[ \\t]*$`, 'gm')
    close.lastIndex = open.index + open[0].length
    const closed = close.exec(text)
    const end = closed ? closed.index + closed[0].length : text.length
    spans.push({ start: open.index, end })
    at = end
    if (at >= text.length) return spans
  }
}

function inline(text: string, from: number, to: number, spans: Span[]): void {
  const ticks = /`+/g
  ticks.lastIndex = from
  for (let open = ticks.exec(text); open && open.index < to; open = ticks.exec(text)) {
    const start = open.index
    let close = ticks.exec(text)
    while (close && close.index < to && close[0].length !== open[0].length) close = ticks.exec(text)
    if (!close || close.index >= to) ticks.lastIndex = start + open[0].length
    else spans.push({ start, end: close.index + close[0].length })
  }
}
