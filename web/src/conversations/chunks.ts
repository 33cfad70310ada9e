import type { UIMessageChunk } from 'ai'
import type { Json, Question } from '../api/types'

/** What came back from a tool, and whether it is a list of parts. */
export interface LiveOutput {
  value: Json
  parts: boolean
}

/** An event of a turn's log, as far as it is drawn. */
export interface TurnEvent {
  type: string
  sequence: number
  turn: string
  conversation: string
  text?: string
  block?: number
  callId?: string
  name?: string
  arguments?: Json
  result?: Json
  parts?: boolean
  input?: { questions: Record<string, Question> }
  error?: string
  denied?: boolean
  reason?: string
  citations?: { url: string; title?: string }[]
  model?: string
  code?: string
  message?: string
  /** Whether another event has arrived with this one and follows at once. */
  more?: boolean
}

/** The id of the message that answers in a turn. */
export const messageOf = (turn: string): string => turn.replace('turn_', 'msg_')

/** The log of a turn as chunks of a UI message stream. Text that arrived at once is one chunk, so that drawing never falls behind a fast model. */
export async function* chunksOf(events: AsyncIterable<TurnEvent>): AsyncGenerator<UIMessageChunk> {
  let open = null as { kind: 'text' | 'reasoning'; id: string } | null
  let gathered = ''
  let inStep = false
  let spoke = false
  function* flush(): Generator<UIMessageChunk> {
    if (open && gathered) yield { type: `${open.kind}-delta`, id: open.id, delta: gathered }
    gathered = ''
  }
  function* close(): Generator<UIMessageChunk> {
    yield* flush()
    if (open) yield { type: `${open.kind}-end`, id: open.id }
    open = null
  }
  for await (const event of events) {
    if (!event.type.endsWith('.delta')) yield* flush()
    switch (event.type) {
      case 'turn.started':
        yield { type: 'start', messageId: messageOf(event.turn), messageMetadata: { turn: event.turn, conversation: event.conversation, model: event.model } }
        break
      case 'text.delta':
      case 'reasoning.delta': {
        const kind = event.type === 'text.delta' ? 'text' : 'reasoning'
        const id: string = `${kind}-${String(event.block ?? 0)}`
        if (open?.kind !== kind || open.id !== id) {
          yield* close()
          open = { kind, id }
          spoke = true
          yield { type: `${kind}-start`, id }
        }
        gathered += event.text ?? ''
        if (!event.more) yield* flush()
        for (const { url, title } of event.citations ?? []) yield { type: 'source-url', sourceId: url, url, ...(title ? { title } : {}) }
        break
      }
      case 'tool.call':
        yield* close()
        yield { type: 'tool-input-available', toolCallId: event.callId ?? '', toolName: event.name ?? '', input: inputOf(event.arguments), providerExecuted: true, dynamic: true }
        break
      case 'tool.approval':
        yield { type: 'tool-approval-request', approvalId: `apr_${event.callId ?? ''}`, toolCallId: event.callId ?? '', ...(event.reason ? { reason: event.reason } : {}) }
        break
      case 'tool.input':
        yield { type: 'data-input', id: event.callId ?? '', data: event.input?.questions ?? {} }
        break
      case 'tool.result':
        if (event.denied) yield { type: 'tool-output-denied', toolCallId: event.callId ?? '' }
        else if (event.error !== undefined) yield { type: 'tool-output-error', toolCallId: event.callId ?? '', errorText: event.error, providerExecuted: true, dynamic: true }
        else yield { type: 'tool-output-available', toolCallId: event.callId ?? '', output: { value: event.result ?? null, parts: event.parts === true } satisfies LiveOutput, providerExecuted: true, dynamic: true }
        break
      case 'step.started':
        yield* close()
        if (!inStep) yield { type: 'start-step' }
        else if (spoke) yield { type: 'reset-step' } // what the try before had said is begun anew
        inStep = true
        spoke = false
        break
      case 'step.completed':
        yield* close()
        inStep = false
        yield { type: 'finish-step' }
        break
      case 'turn.completed':
      case 'turn.cancelled':
        yield* close()
        yield { type: 'finish', messageMetadata: { status: event.type.slice(5) } }
        break
      case 'turn.failed':
      case 'turn.interrupted':
        yield* close()
        yield { type: 'finish', messageMetadata: { status: event.type.slice(5) } }
        break
      default:
        break
    }
  }
}

function inputOf(value: Json | undefined): unknown {
  if (typeof value !== 'string') return value ?? {}
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}
