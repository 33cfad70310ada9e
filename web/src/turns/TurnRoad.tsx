import { useQuery } from '@tanstack/react-query'
import { sent as sentQuery, trace as traceQuery, turn as turnQuery } from '../api/queries'
import type { Explained, StationTrace } from '../api/types'
import { Fault, Loading } from '../kit/Bits'
import { Dialog } from '../kit/Dialog'
import { moment, money } from '../kit/words'
import { Road } from './Road'

/** The road that a turn took. */
export function TurnRoad({ id, onClose }: { id: string; onClose: () => void }) {
  const turn = useQuery(turnQuery(id))
  const trace = useQuery(traceQuery(id))
  const sent = useQuery({ ...sentQuery(id), retry: false })
  const error = turn.error ?? trace.error
  return (
    <Dialog title="The road of this turn" isOpen onClose={onClose} shape="drawer">
      {error ? <Fault error={error} /> : null}
      {turn.data && trace.data ? (
        <>
          <p className="lead">
            {turn.data.model} · {turn.data.status} · {moment(turn.data.createdAt)}
            {turn.data.cost ? ` · ${money(turn.data.cost)}` : ''}
          </p>
          <Road typed={turn.data.content} trace={trace.data} triggers={turn.data.triggers} warnings={turn.data.warnings} variables={told(trace.data, 'variables.')} parameters={told(trace.data, 'parameters.')} request={sent.data} attempts={turn.data.attempts} />
        </>
      ) : error ? null : (
        <Loading what="Reading the road" />
      )}
    </Dialog>
  )
}

/** The values that a trace tells of: who set each along the road; the last one counts. */
function told(trace: readonly StationTrace[], kind: string): Record<string, Explained> {
  const found: Record<string, Explained> = {}
  for (const { path, after, source } of trace.flatMap((one) => one.changes)) {
    if (!path.startsWith(kind)) continue
    const name = path.slice(kind.length)
    const below = found[name]?.layers.filter(({ layer }) => layer !== source) ?? []
    found[name] = { value: after, layer: source, layers: [...below, { layer: source, value: after }] }
  }
  return found
}
