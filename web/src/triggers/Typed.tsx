import type { TriggerRecord, Warning } from '../api/types'

const looks: Record<string, string> = { applied: 'applied', unknown: 'unknown', invalid: 'wrong' }

const none: readonly Warning[] = []

/** A typed text with its triggers marked as they were understood. */
export function Typed({ text, triggers, warnings = none }: { text: string; triggers: readonly TriggerRecord[]; warnings?: readonly Warning[] }) {
  const spans = triggers.filter(({ span }) => span && span.end <= text.length).toSorted((a, b) => a.span.start - b.span.start)
  const pieces: React.ReactNode[] = []
  let at = 0
  for (const one of spans) {
    const { start, end } = one.span
    if (start < at) continue
    pieces.push(text.slice(at, start))
    const why = warnings.find((warning) => warning.span?.start === start)?.message ?? `${one.trigger}: ${one.outcome}`
    pieces.push(
      <span key={start} className={`trigger ${looks[one.outcome] ?? 'wrong'}`} title={why}>
        {text.slice(start, end)}
      </span>,
    )
    at = end
  }
  pieces.push(text.slice(at))
  return <>{pieces}</>
}
