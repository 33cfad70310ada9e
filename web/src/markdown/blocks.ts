import { Lexer, type Token, type TokensList } from 'marked'

/** A piece of an answer that is drawn on its own: as long as its text is the same, nothing of it is read again. */
export interface Block {
  at: number
  raw: string
}

const LargestInline = 20_000
const LargestBlock = 100_000
/** From how many signs that may begin or end something on a run of words is not read for them: the work grows with their square. */
const MostSigns = 1_500
/** How deep quotes and lists are read; what is in them further down is plain text. */
const Deepest = 24

/**
 * Cuts a growing text into blocks. Only the end of the text is read again when more comes: the last two blocks may still change
 * (a list goes on behind an empty line), those before them cannot.
 */
export class BlockReader {
  private text = ''
  private done: Block[] = []
  private from = 0

  /** How much of the text is read again when more comes. */
  get unsettled(): number {
    return this.text.length - this.from
  }

  read(next: string): Block[] {
    const text = next.includes('\r') ? next.replaceAll(/\r\n?/g, '\n') : next
    if (!text.startsWith(this.text)) {
      this.done = []
      this.from = 0
    }
    this.text = text
    const tail = cut(text.slice(this.from), this.from)
    const solid = Math.max(0, tail.length - 2)
    if (solid > 0) {
      this.done = [...this.done, ...tail.slice(0, solid)]
      this.from = tail[solid]?.at ?? text.length
    }
    return [...this.done, ...tail.slice(solid)]
  }
}

function cut(text: string, from: number): Block[] {
  if (text === '') return []
  const blocks: Block[] = []
  let at = from
  for (const token of blockTokens(text)) {
    const last = blocks.at(-1)
    const raw = text.slice(at - from, at - from + token.raw.length) // the reader tidies its own copy
    if (token.type === 'space' && last) last.raw += raw
    else blocks.push({ at, raw })
    at += token.raw.length
  }
  // What the reader did not account for is text all the same.
  if (at < from + text.length) blocks.push({ at, raw: text.slice(at - from) })
  return blocks
}

/** Reads blocks down to a depth that somebody could still tell apart. */
class BoundedLexer extends Lexer {
  private depth = 0

  override blockTokens(src: string, tokens?: Token[], lastParagraphClipped?: boolean): Token[]
  override blockTokens(src: string, tokens?: TokensList, lastParagraphClipped?: boolean): TokensList
  override blockTokens(src: string, tokens: Token[] = [], lastParagraphClipped?: boolean): Token[] {
    if (this.depth >= Deepest) {
      tokens.push({ type: 'plain', raw: src, text: src } as Token)
      return tokens
    }
    this.depth++
    try {
      return super.blockTokens(src, tokens, lastParagraphClipped)
    } finally {
      this.depth--
    }
  }
}

/** Whether a run of words is too much to be read for what its signs mean. */
function isTooMuch(words: string): boolean {
  if (words.length > LargestInline) return true
  let signs = 0
  for (let n = 0; n < words.length && signs <= MostSigns; n++) if ('*_~`[]!<'.includes(words.charAt(n))) signs++
  return signs > MostSigns
}

/** Whether the end of a block that still grows may be mended. */
export const isMendable = (raw: string): boolean => !isTooMuch(raw)

function blockTokens(text: string): Token[] {
  try {
    return new BoundedLexer({ gfm: true }).blockTokens(text, [])
  } catch {
    return [{ type: 'paragraph', raw: text, text, tokens: [] }]
  }
}

/** The tokens of one block, down to the words. A block that is too large to be worth reading is one plain text. */
export function tokensOf(raw: string): Token[] {
  if (raw.length > LargestBlock && !/^ {0,3}(```|~~~)/.test(raw)) return [plain(raw)]
  try {
    const lexer = new BoundedLexer({ gfm: true })
    const tokens = lexer.blockTokens(raw, [])
    for (const { src, tokens: into } of lexer.inlineQueue) {
      if (isTooMuch(src)) into.push({ type: 'plain', raw: src, text: src } as Token)
      else lexer.inlineTokens(src, into)
    }
    lexer.inlineQueue = []
    return tokens
  } catch {
    return [plain(raw)]
  }
}

const plain = (raw: string): Token => ({ type: 'plain', raw, text: raw })
