import { useQuery } from '@tanstack/react-query'
import { Pencil, Plus, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ask, json } from '../api/http'
import type { AccessKey, Page } from '../api/types'
import { Chip, Empty, Fault, Loading, PageHead } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { Confirm } from '../kit/Confirm'
import { useChange } from '../kit/useChange'
import { moment } from '../kit/words'
import { EditKey } from './EditKey'
import { issued } from './issued'
import { NewKey } from './NewKey'
import { Rotate } from './Rotate'

/** Who may ask this server: keys are made, changed, given another secret, and taken back. */
export default function KeysPage() {
  const keys = useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => json<Page<AccessKey>>('/api/keys', { signal }), select: (page) => page.data })
  const [making, setMaking] = useState(false)
  const [ending, setEnding] = useState<AccessKey | null>(null)
  const [run, busy] = useChange('keys')
  const [editing, setEditing] = useState<AccessKey | null>(null)
  const [rotating, setRotating] = useState<AccessKey | null>(null)
  return (
    <div className="page">
      <PageHead title="Keys" under="Who may ask this server, and for what. A secret is shown once, when it is made.">
        <Button look="main" onPress={() => setMaking(true)}>
          <Plus aria-hidden /> New key
        </Button>
      </PageHead>
      {keys.error ? <Fault error={keys.error} /> : null}
      {keys.isPending ? <Loading what="Reading the keys" /> : null}
      {keys.data?.length === 0 ? (
        <Empty title="No keys yet">
          <p>Whoever is on this machine may do everything. With the first key, everybody must show one, this page too.</p>
        </Empty>
      ) : null}
      {keys.data && keys.data.length > 0 ? (
        <div className="table-scroll" role="region" aria-label="Keys" tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th>Name</th>
                <th>Secret</th>
                <th>May</th>
                <th>Since</th>
                <th>Until</th>
                <th>
                  <span className="soft">Do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.map((key) => (
                <tr key={key.id}>
                  <td>
                    {key.name}
                    {key.user ? <div className="soft">for {key.user}</div> : null}
                  </td>
                  <td>
                    <code>{key.prefix}…</code>
                  </td>
                  <td>
                    <span className="chips">
                      {key.scopes.map((scope) => (
                        <Chip key={scope} tone={scope === 'admin' ? 'warn' : ''}>
                          {scope}
                        </Chip>
                      ))}
                    </span>
                  </td>
                  <td>{moment(key.createdAt)}</td>
                  <td>{key.revokedAt ? <Chip tone="bad">revoked</Chip> : key.expiresAt ? moment(key.expiresAt) : 'no end'}</td>
                  <td>
                    {key.revokedAt ? null : (
                      <span className="turn-tools">
                        <IconButton label={`Change ${key.name}`} small isDisabled={busy} onPress={() => setEditing(key)}>
                          <Pencil />
                        </IconButton>
                        <IconButton label={`A new secret for ${key.name}`} small isDisabled={busy} onPress={() => setRotating(key)}>
                          <RefreshCw />
                        </IconButton>
                        <IconButton label={`Revoke ${key.name}`} small isDisabled={busy} onPress={() => setEnding(key)}>
                          <Trash2 />
                        </IconButton>
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {making ? (
        <NewKey
          isFirst={keys.data?.length === 0}
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false)
            issued.value = made
          }}
        />
      ) : null}
      {editing ? <EditKey of={editing} onClose={() => setEditing(null)} /> : null}
      {rotating ? (
        <Rotate
          of={rotating}
          onClose={() => setRotating(null)}
          onMade={(made) => {
            setRotating(null)
            issued.value = made
          }}
        />
      ) : null}
      {ending ? (
        <Confirm
          title={`Revoke “${ending.name}”?`}
          act="Revoke"
          busy={busy}
          onAct={() => void run(() => ask(`/api/keys/${encodeURIComponent(ending.id)}`, { method: 'DELETE' }), `“${ending.name}” is revoked.`).then(() => setEnding(null))}
          onClose={() => setEnding(null)}
        >
          <p>Whoever has it is turned away at once. This cannot be taken back; the key stays in the list.</p>
        </Confirm>
      ) : null}
    </div>
  )
}
