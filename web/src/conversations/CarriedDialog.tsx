import { useQuery } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { ask } from '../api/http'
import { resources as resourcesQuery } from '../api/queries'
import type { Conversation, Resource } from '../api/types'
import { Chip, Empty, Fault, Loading } from '../kit/Bits'
import { IconButton } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Select } from '../kit/Fields'
import { useChange } from '../kit/useChange'
import { bytes, count, many } from '../kit/words'
import { Long } from '../markdown/Long'
import { policies } from './boxResources'

/** What a conversation brings along into its next turns: what is attached, and the summaries that stand for its oldest turns. */
export function CarriedDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const kept = useQuery(resourcesQuery(conversation.id))
  const [run, busy] = useChange('conversations')
  const path = `/api/conversations/${encodeURIComponent(conversation.id)}`
  const at = (resource: Resource) => `${path}/resources/${encodeURIComponent(resource.id)}`
  const nameOf = (resource: Resource) => resource.title ?? resource.url ?? resource.path ?? resource.id
  const summaries = conversation.summaries ?? []
  return (
    <Dialog title="What it carries" isOpen onClose={onClose} shape="wide" isLight>
      {kept.error ? <Fault error={kept.error} /> : null}
      {kept.isPending ? <Loading what="Reading what is attached" /> : null}
      {kept.data?.length === 0 && summaries.length === 0 ? <Empty title="Nothing is carried along">Files that stay with a conversation (sticky or refresh) and summaries of its oldest turns stand here.</Empty> : null}
      {kept.data && kept.data.length > 0 ? (
        <ul className="carried" aria-label="Attached to this conversation">
          {kept.data.map((resource) => (
            <li key={resource.id}>
              <div className="carried-what">
                <b dir="auto">{nameOf(resource)}</b>
                <Chip>{resource.kind}</Chip>
                {resource.state === 'failed' ? <Chip tone="bad">failed</Chip> : null}
                <small className="soft">{[resource.size === undefined ? '' : bytes(resource.size), resource.tokens === undefined ? '' : `≈ ${count(resource.tokens)} tokens`].filter(Boolean).join(' · ')}</small>
              </div>
              <Select label={`How long ${nameOf(resource)} stays`} hidden small value={resource.policy} options={policies} onChange={(policy) => void run(() => ask(at(resource), { method: 'PATCH', body: { policy } }))} />
              <IconButton label={`Remove ${nameOf(resource)}`} small isDisabled={busy} onPress={() => void run(() => ask(at(resource), { method: 'DELETE' }), 'It is carried no more; turns that had it keep it.')}>
                <Trash2 />
              </IconButton>
              {resource.error ? <p className="wrong">{resource.error}</p> : null}
            </li>
          ))}
        </ul>
      ) : null}
      {summaries.map((summary) => (
        <section key={summary.id} className="card carried-summary" aria-label="Summary">
          <div className="card-head">
            <b>A summary stands for {many(summary.turns, 'turn')}</b>
            <IconButton label="Delete the summary" small isDisabled={busy} onPress={() => void run(() => ask(`${path}/summaries/${encodeURIComponent(summary.id)}`, { method: 'DELETE' }), 'The turns are sent again as they are.')}>
              <Trash2 />
            </IconButton>
          </div>
          <Long text={summary.text} />
        </section>
      ))}
    </Dialog>
  )
}
