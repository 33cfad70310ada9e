import type { Change, StationTrace } from '../api/types'

/** The road in its order, with what each station is for. */
export const stations = [
  { name: 'opening', title: 'Opening', says: 'The prompt and the conversation are found, and the layers are laid.' },
  { name: 'triggers', title: 'Triggers', says: 'Commands leave the text and become choices.' },
  { name: 'middleware', title: 'Middleware', says: 'Whoever wants to see, change or stop the draft does.' },
  { name: 'messages', title: 'Messages', says: 'Rules, template, variables, history and text become messages.' },
  { name: 'tools', title: 'Tools', says: 'Names become tools.' },
  { name: 'models', title: 'Models', says: 'The model answers, calling tools as it goes.' },
  { name: 'conversations', title: 'Kept', says: 'What happened is kept, however it ended.' },
] as const

export interface Stop {
  name: string
  title: string
  says: string
  milliseconds: number | null
  changes: Change[]
}

/** All seven stations in order, with what the trace says of each; one that the trace names twice is one stop. */
export function stopsOf(trace: readonly StationTrace[]): Stop[] {
  return stations.map((station) => {
    const at = trace.filter((one) => one.station === station.name)
    return { ...station, milliseconds: at.length === 0 ? null : at.reduce((sum, one) => sum + one.milliseconds, 0), changes: at.flatMap((one) => one.changes) }
  })
}

/** Who made a change: "trigger:@.params.temp" is a trigger, "@.params.temp". */
export function sourceOf(source: string): { kind: string; name: string } {
  const colon = source.indexOf(':')
  return colon < 0 ? { kind: '', name: source } : { kind: source.slice(0, colon), name: source.slice(colon + 1) }
}
