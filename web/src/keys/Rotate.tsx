import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { json, query } from '../api/http'
import { key as shown } from '../api/key'
import { me as meQuery } from '../api/queries'
import type { AccessKey } from '../api/types'
import { Confirm } from '../kit/Confirm'
import { Select } from '../kit/Fields'
import { useChange } from '../kit/useChange'
import type { IssuedKey } from './issued'

const graces = [
  { id: '0', label: 'No longer: it ends at once' },
  { id: '3600', label: 'An hour' },
  { id: '86400', label: 'A day' },
  { id: '604800', label: 'A week' },
  { id: '2592000', label: '30 days' },
]

interface Props {
  of: AccessKey
  onClose: () => void
  onMade: (made: IssuedKey) => void
}

/** Gives a key another secret, once it is said how long the one before still counts. When it is the key of this page, the page goes on with the new one. */
export function Rotate({ of: key, onClose, onMade }: Props) {
  const me = useQuery(meQuery)
  const [grace, setGrace] = useState('86400')
  const [run, busy] = useChange('keys')
  const isOurs = me.data?.key?.id === key.id
  const rotate = () =>
    run(async () => {
      const made = await json<IssuedKey>(`/api/keys/${encodeURIComponent(key.id)}/rotate${query({ grace })}`, { method: 'POST' })
      if (isOurs) shown.use(made.key)
      onMade(made)
    })
  return (
    <Confirm title={`A new secret for “${key.name}”?`} act="Make a new secret" keep="Keep the one it has" busy={busy || me.isPending} onAct={() => void rotate()} onClose={onClose}>
      <div className="form">
        <p className="soft">It is shown once. Whoever uses the key must be told it.{isOurs ? ' It is the key of this page, which goes on with the new secret.' : ''}</p>
        <Select label="The secret before counts for" value={grace} options={graces} onChange={setGrace} />
      </div>
    </Confirm>
  )
}
