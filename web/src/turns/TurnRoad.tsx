import { useQuery } from '@tanstack/react-query'
import { sent as sentQuery, trace as traceQuery, turn as turnQuery } from '../api/queries'
import { Fault, Loading } from '../kit/Bits'
import { Dialog } from '../kit/Dialog'
import { moment, money } from '../kit/words'
import { packingOf, valuesOf } from './kept'
import { Road } from './Road'

/** The road that a turn took. */
export default function TurnRoad({ id, onClose }: { id: string; onClose: () => void }) {
  const turn = useQuery(turnQuery(id))
  const trace = useQuery(traceQuery(id))
  const sent = useQuery({ ...sentQuery(id), retry: false })
  const error = turn.error ?? trace.error
  return (
    <Dialog title="The road of this turn" isOpen onClose={onClose} shape="drawer" isLight>
      {error ? <Fault error={error} /> : null}
      {turn.data && trace.data ? (
        <>
          <p className="lead">
            {turn.data.model} · {turn.data.status} · {moment(turn.data.createdAt)}
            {turn.data.cost ? ` · ${money(turn.data.cost)}` : ''}
          </p>
          <Road typed={turn.data.content} trace={trace.data} triggers={turn.data.triggers} warnings={turn.data.warnings} variables={valuesOf(trace.data, 'variables')} parameters={valuesOf(trace.data, 'parameters')} packing={packingOf(trace.data)} request={sent.data} attempts={turn.data.attempts} />
        </>
      ) : error ? null : (
        <Loading what="Reading the road" />
      )}
    </Dialog>
  )
}
