import type { Explained, PackingItem, StationTrace } from '../api/types'

/** The packing report of a kept turn. */
export const packingOf = (trace: readonly StationTrace[]): PackingItem[] => trace.flatMap(({ packing }) => packing ?? [])

/** The values that a trace tells of: what every layer said where more than one did, else who set it; what was changed last counts. */
export function valuesOf(trace: readonly StationTrace[], kind: 'variables' | 'parameters'): Record<string, Explained> {
  const found: Record<string, Explained> = {}
  for (const station of trace) {
    for (const { path, after, source } of station.changes) {
      if (!path.startsWith(`${kind}.`)) continue
      const name = path.slice(kind.length + 1)
      const below = found[name]?.layers.filter(({ layer }) => layer !== source) ?? []
      found[name] = { value: after, layer: source, layers: [{ layer: source, value: after }, ...below] }
    }
    Object.assign(found, station[kind])
  }
  return found
}
