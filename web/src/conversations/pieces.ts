import type { Json, Message, Part, Question, Turn } from '../api/types'
import type { LiveOutput } from './chunks'
import type { LiveMessage } from './transport'

export type ToolState = 'running' | 'approval' | 'input' | 'client' | 'done' | 'failed' | 'denied'

/** What is drawn of an answer, in order; the same for one that is kept and one that still comes. */
export type Piece =
  | { kind: 'text'; text: string; open: boolean }
  | { kind: 'reasoning'; text: string; open: boolean }
  | { kind: 'tool'; callId: string; name: string; input: unknown; output: unknown; parts?: Part[] | undefined; questions?: Record<string, Question> | undefined; error?: string | undefined; state: ToolState; reason?: string | undefined }
  | { kind: 'media'; url: string; mediaType: string; name: string }
  | { kind: 'source'; url: string; title: string }

type ToolPiece = Extract<Piece, { kind: 'tool' }>

export const partsOf = (message: Message): Part[] => (typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content)

/** The pieces of a kept turn's answer. */
export function keptPieces(turn: Turn): Piece[] {
  const pieces: Piece[] = []
  const calls = new Map<string, ToolPiece>()
  for (const message of turn.messages) {
    if (message.role === 'user' || message.role === 'system') continue
    for (const part of partsOf(message)) {
      if (part.type === 'tool.result') {
        const call = calls.get(part.callId ?? '')
        if (call) settle(call, part)
        continue
      }
      const piece = keptPiece(part, turn)
      if (!piece) continue
      if (piece.kind === 'tool') calls.set(piece.callId, piece)
      pieces.push(piece)
      for (const { url, title } of part.citations ?? []) if (url) pieces.push({ kind: 'source', url, title: title ?? url })
    }
  }
  return pieces
}

/** Where the bytes of a part are: in itself, or kept apart under their hash. */
export const addressOf = (part: Part): string => part.url ?? (part.hash ? `/api/files/${part.hash}/content` : '')

function keptPiece(part: Part, turn: Turn): Piece | null {
  switch (part.type) {
    case 'text':
      return part.text ? { kind: 'text', text: part.text, open: false } : null
    case 'reasoning':
      return part.text ? { kind: 'reasoning', text: part.text, open: false } : null
    case 'tool.call':
      return { kind: 'tool', callId: part.callId ?? '', name: part.name ?? '', input: part.arguments, output: undefined, ...openState(part, turn) }
    case 'media':
      return { kind: 'media', url: addressOf(part), mediaType: part.mediaType ?? '', name: part.name ?? '' }
    default:
      return null
  }
}

function openState(part: Part, turn: Turn): Pick<ToolPiece, 'state' | 'error' | 'reason' | 'questions'> {
  const open = turn.openCalls?.find((call) => call.callId === part.callId)
  if (open?.kind === 'input' && turn.status === 'waiting') return { state: 'input', questions: open.input?.questions }
  if (open && turn.status === 'waiting') return { state: open.kind === 'approval' ? 'approval' : 'client', reason: open.reason }
  return turn.endedAt && !open ? { state: 'failed', error: 'It has no result.' } : { state: open ? 'client' : 'running' }
}

function settle(call: ToolPiece, part: Part): void {
  delete call.error
  if (part.error !== undefined) {
    call.state = part.denied ? 'denied' : 'failed'
    call.error = part.error
  } else {
    call.state = 'done'
    Object.assign(call, answered(part.result, part.parts))
  }
}

/** What came back: a list of parts is drawn as such, a tool's own JSON never is, whatever it looks like. */
const answered = (value: unknown, isParts: boolean | undefined): Pick<ToolPiece, 'output' | 'parts'> => (isParts && Array.isArray(value) ? { output: undefined, parts: value as Part[] } : { output: value })

interface LiveTool {
  type: string
  toolName?: string
  toolCallId: string
  state: string
  input?: unknown
  output?: unknown
  errorText?: string
  providerExecuted?: boolean
  approval?: { id: string; approved?: boolean; reason?: string }
}

/** The pieces of an answer that comes. */
export function livePieces(message: LiveMessage | undefined): Piece[] {
  const pieces: Piece[] = []
  for (const part of message?.parts ?? []) {
    if (part.type === 'text') {
      if (part.text) pieces.push({ kind: 'text', text: part.text, open: part.state !== 'done' })
    } else if (part.type === 'reasoning') {
      if (part.text) pieces.push({ kind: 'reasoning', text: part.text, open: part.state !== 'done' })
    } else if (part.type === 'source-url') pieces.push({ kind: 'source', url: part.url, title: part.title ?? part.url })
    else if (part.type === 'file') pieces.push({ kind: 'media', url: part.url, mediaType: part.mediaType, name: part.filename ?? '' })
    else if (part.type === 'data-input') ask(pieces, part.id ?? '', part.data as Record<string, Question>)
    else if (part.type === 'dynamic-tool' || part.type.startsWith('tool-')) pieces.push(liveTool(part as unknown as LiveTool))
  }
  return pieces
}

/** A tool asks something; what it asked before and had answered does not stay. */
function ask(pieces: Piece[], callId: string, questions: Record<string, Question>): void {
  const call = pieces.find((piece) => piece.kind === 'tool' && piece.callId === callId)
  if (call?.kind === 'tool' && (call.state === 'running' || call.state === 'approval')) Object.assign(call, { state: 'input', questions })
}

function liveTool(part: LiveTool): Piece {
  const state: ToolState =
    part.state === 'output-available' ? 'done' : part.state === 'output-error' ? 'failed' : part.state === 'output-denied' ? 'denied' : part.state === 'approval-requested' ? 'approval' : 'running'
  return {
    kind: 'tool',
    callId: part.toolCallId,
    name: part.toolName ?? part.type.slice('tool-'.length),
    input: part.input,
    ...(part.state === 'output-available' ? answered((part.output as LiveOutput).value, (part.output as LiveOutput).parts) : { output: undefined }),
    error: part.errorText,
    state,
    reason: part.approval?.reason,
  }
}

/** What the person added beside the text: pictures and files of the user's message. */
export function attached(turn: Turn): { url: string; mediaType: string; name: string; text?: string }[] {
  return turn.messages
    .filter((message) => message.role === 'user')
    .flatMap(partsOf)
    .filter((part) => part.type === 'media' || part.hash !== undefined || (part.type === 'text' && part.origin === 'resource'))
    .map((part) => ({ url: addressOf(part), mediaType: part.mediaType ?? 'text/plain', name: part.resource?.title ?? part.name ?? part.title ?? '', ...(part.text === undefined ? {} : { text: part.text }) }))
}

export const isEmpty = (value: Json | unknown): boolean => value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
