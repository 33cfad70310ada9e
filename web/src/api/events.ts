import type { Line } from './line'

/** One event of a stream of server-sent events. */
export interface ServerEvent {
  id: string
  event: string
  data: string
  /** Whether another one has arrived with it and follows at once. */
  more: boolean
}

/** Reads server-sent events from the body of an answer, over a line that is cut when it falls silent. */
export async function* serverEvents(body: ReadableStream<Uint8Array>, line?: Line): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader()
  const lines = new EventLines()
  line?.watch()
  try {
    for (;;) {
      line?.heard()
      const { done, value } = await reader.read()
      if (done) return
      yield* lines.read(value)
    }
  } finally {
    line?.close()
    await reader.cancel().catch(() => undefined)
  }
}

/** Puts events together from the pieces in which their lines arrive. */
export class EventLines {
  private rest = ''
  private id = ''
  private event = ''
  private data: string[] = []

  /** The events that a piece completes. */
  read(piece: string): ServerEvent[] {
    const lines = (this.rest + piece).split(/\r\n|\n|\r/)
    this.rest = lines.pop() ?? ''
    const found: ServerEvent[] = []
    for (const line of lines) {
      if (line !== '') {
        this.field(line)
        continue
      }
      if (this.data.length > 0) found.push({ id: this.id, event: this.event, data: this.data.join('\n'), more: true })
      this.event = ''
      this.data = []
    }
    const last = found.at(-1)
    if (last) last.more = false
    return found
  }

  private field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const text = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'id') this.id = text
    else if (name === 'event') this.event = text
    else if (name === 'data') this.data.push(text)
  }
}
