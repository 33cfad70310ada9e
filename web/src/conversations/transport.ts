import type { ChatTransport, UIMessage, UIMessageChunk } from 'ai'
import { connection } from '../api/connection'
import { serverEvents } from '../api/events'
import { ask, json, Problem } from '../api/http'
import { Line } from '../api/line'
import type { Turn } from '../api/types'
import { chunksOf, messageOf, type TurnEvent } from './chunks'
import { arrived, lost, refused } from './sent'

/** What a chunk stream says of its turn. */
export interface LiveMetadata {
  /** The turn, once it has begun. */
  turn?: string
  /** The turn, as soon as the server has taken it. */
  taken?: string
  conversation?: string
  model?: string
  status?: string
}

/** A turn that is done once more, beside the one that it names. */
export interface Again {
  again?: { turn: string; how: 'edit' | 'regenerate' | 'retry' }
}

export type LiveMessage = UIMessage<LiveMetadata>

/** Speaks the native API to useChat: a turn is submitted, its log is read, and a broken connection goes on where it broke. */
export class TurnTransport implements ChatTransport<LiveMessage> {
  readonly resumeStreamIsReplay = true

  async sendMessages({ chatId, body, abortSignal }: Parameters<ChatTransport<LiveMessage>['sendMessages']>[0]): Promise<ReadableStream<UIMessageChunk>> {
    const { again, key, ...request } = (body ?? {}) as Again & { key?: string } & Record<string, unknown>
    const line = new Line(abortSignal)
    let response: Response
    try {
      response = await ask(again ? `/api/turns/${encodeURIComponent(again.turn)}/${again.how}` : '/api/turns', {
        method: 'POST',
        body: { conversation: chatId, ...request },
        headers: { Accept: 'text/event-stream', ...(key ? { 'Idempotency-Key': key } : {}) },
        signal: line.signal,
      })
    } catch (error) {
      if (isAnswer(error)) refused(chatId)
      else lost(chatId)
      throw error
    }
    arrived(chatId)
    const turn = response.headers.get('Turnpike-Turn') ?? ''
    return streamOf(turn, events(turn, { response, line }, abortSignal))
  }

  /** Joins the turn that `body.turn` names; null when it has ended meanwhile. */
  async reconnectToStream({ body, abortSignal }: Parameters<ChatTransport<LiveMessage>['reconnectToStream']>[0]): Promise<ReadableStream<UIMessageChunk> | null> {
    const { turn } = (body ?? {}) as { turn?: string }
    if (!turn) return null
    const { endedAt } = await json<Turn>(`/api/turns/${encodeURIComponent(turn)}`)
    return endedAt ? null : streamOf(turn, events(turn, undefined, abortSignal))
  }
}

/** Whether the server itself has said no. What came from something before it, or did not come, says nothing of the turn. */
const isAnswer = (error: unknown): boolean => error instanceof Problem && error.status !== 0 && (error.status < 500 || error.code !== 'error')

/** Whether there is no such turn any longer, or none for this key: asking again helps nobody. */
const isGone = (error: unknown): boolean => isAnswer(error) && [403, 404].includes((error as Problem).status)

const ended = /^turn\.(completed|failed|cancelled|interrupted)$/

/** The events of a turn until its end, over as many connections as it takes. */
async function* events(turn: string, first: { response: Response; line: Line } | undefined, signal: AbortSignal | undefined): AsyncGenerator<TurnEvent> {
  let after = 0
  let opened = first
  for (let failures = 0; !signal?.aborted; ) {
    const line = opened?.line ?? new Line(signal)
    try {
      line.heard() // an answer that does not even begin is silence too
      const { body } = opened?.response ?? (await ask(`/api/turns/${encodeURIComponent(turn)}/events?after=${String(after)}`, { signal: line.signal }))
      if (body) {
        for await (const { data, more } of serverEvents(body, line)) {
          const event = JSON.parse(data) as TurnEvent
          failures = 0
          after = event.sequence
          yield more ? { ...event, more } : event
          if (ended.test(event.type)) return
        }
      }
    } catch (error) {
      if (signal?.aborted || isGone(error) || (connection.reachable.value && ++failures > 30)) throw error
    } finally {
      line.close()
    }
    opened = undefined
    await pause(Math.min(250 * 2 ** failures, 4000), signal)
  }
}

/** Waits a while; when the server is gone, until it is back, however long that is. */
function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((go) => {
    const timer = connection.reachable.value ? setTimeout(end, milliseconds) : undefined
    const leave = connection.onBack(end)
    signal?.addEventListener('abort', end)
    function end(): void {
      clearTimeout(timer)
      leave()
      signal?.removeEventListener('abort', end)
      go()
    }
  })
}

function streamOf(turn: string, source: AsyncGenerator<TurnEvent>): ReadableStream<UIMessageChunk> {
  const chunks = chunksOf(source)
  return new ReadableStream({
    start(controller) {
      if (turn) controller.enqueue({ type: 'start', messageId: messageOf(turn), messageMetadata: { taken: turn } satisfies LiveMetadata })
    },
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await source.return(undefined)
    },
  })
}
