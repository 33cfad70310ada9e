import { connection } from './connection'

/** The server speaks at least every ten seconds; a connection that says nothing for so long is dead, however open it looks. */
const silence = 35_000

/** One connection on which the server speaks: it is cut when nothing comes for too long, and when the server is back after it was gone. */
export class Line {
  private readonly cutter = new AbortController()
  private timer: ReturnType<typeof setTimeout> | undefined
  private leave: (() => void) | undefined

  /** Aborted when the line is cut, or when the caller hangs up. */
  readonly signal: AbortSignal

  constructor(caller?: AbortSignal) {
    this.signal = caller ? AbortSignal.any([caller, this.cutter.signal]) : this.cutter.signal
  }

  /** From now on the line ends when the server is back: what was said meanwhile may never come over it. */
  watch(): void {
    this.leave ??= connection.onBack(() => this.cut('The server was gone.'))
  }

  /** Begins anew to count the silence. */
  heard(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.cut('The server said nothing for too long.'), silence)
  }

  /** Listens no more. */
  close(): void {
    clearTimeout(this.timer)
    this.leave?.()
    this.leave = undefined
  }

  private cut(why: string): void {
    this.close()
    this.cutter.abort(new Error(why))
  }
}
