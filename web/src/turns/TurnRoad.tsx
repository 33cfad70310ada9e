import { useQuery } from '@tanstack/react-query'
import { trace as traceQuery, turn as turnQuery } from '../api/queries'
import type { Explained, StationTrace } from '../api/types'
import { Fault, Loading } from '../kit/Bits'
import { Dialog } from '../kit/Dialog'
import { moment, money } from '../kit/words'
import { Road } from './Road'

/** The road that a turn took. */
export function TurnRoad({ id, onClose }: { id: string; onClose: () => void }) {
  const turn = useQuery(turnQuery(id))
  const trace = useQuery(traceQuery(id))
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
          <Road typed={turn.data.content} trace={trace.data} triggers={turn.data.triggers} warnings={turn.data.warnings} variables={winners(trace.data)} attempts={turn.data.attempts} />
        </>
      ) : error ? null : (
        <Loading what="Reading the road" />
      )}
    </Dialog>
  )
}

/** The values that a trace tells of. */
function winners(trace: readonly StationTrace[]): Record<string, Explained> {
  const found: Record<string, Explained> = {}
  for (const { path, after, source } of trace.flatMap((one) => one.changes)) {
    if (path.startsWith('variables.')) found[path.slice('variables.'.length)] = { value: after, layer: source, layers: [{ layer: source, value: after }] }
  }
  return found
}
