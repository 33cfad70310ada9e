import { useState } from 'react'
import { json } from '../api/http'
import type { AccessKey, KeyLimits } from '../api/types'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { NumberField } from '../kit/NumberField'
import { useChange } from '../kit/useChange'
import { dayOf, endOf } from './ends'
import { ScopeBoxes } from './ScopeBoxes'

const limits: readonly { id: keyof KeyLimits; label: string }[] = [
  { id: 'requestsPerMinute', label: 'Turns in a minute' },
  { id: 'requestsPerDay', label: 'Turns in a day' },
  { id: 'requestsPerMonth', label: 'Turns in a month' },
  { id: 'tokensPerMinute', label: 'Tokens in a minute' },
  { id: 'tokensPerDay', label: 'Tokens in a day' },
  { id: 'tokensPerMonth', label: 'Tokens in a month' },
  { id: 'costPerDay', label: 'Money in a day' },
  { id: 'costPerMonth', label: 'Money in a month' },
  { id: 'concurrency', label: 'Turns at the same time' },
]

interface Props {
  of: AccessKey
  onClose: () => void
}

/** Changes what a key may do; its secret stays. Only what was changed here is sent. */
export function EditKey({ of: key, onClose }: Props) {
  const [name, setName] = useState(key.name)
  const [chosen, setChosen] = useState<readonly string[]>(key.scopes)
  const [until, setUntil] = useState(dayOf(key.expiresAt))
  const [most, setMost] = useState<KeyLimits>(key.limits ?? {})
  const [run, busy] = useChange('keys')
  const save = async () => {
    const changed = limits.filter(({ id }) => most[id] !== key.limits?.[id])
    const body = {
      ...(name === key.name ? {} : { name }),
      ...(chosen.length === key.scopes.length && chosen.every((one) => key.scopes.includes(one)) ? {} : { scopes: chosen }),
      ...(until === dayOf(key.expiresAt) ? {} : { expiresAt: until ? endOf(until) : null }),
      ...(changed.length === 0 ? {} : { limits: Object.fromEntries(changed.map(({ id }) => [id, most[id] ?? null])) }),
    }
    if (await run(() => json<AccessKey>(`/api/keys/${encodeURIComponent(key.id)}`, { method: 'PATCH', body }), `“${name}” is changed.`)) onClose()
  }
  return (
    <Dialog title={`Change “${key.name}”`} isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label="Name" value={name} onChange={setName} autoFocus isRequired />
        <ScopeBoxes chosen={chosen} onChange={setChosen} />
        <Field label="Ends after" type="date" value={until} onChange={setUntil} hint="Empty: never" />
        <fieldset className="field">
          <legend>At most; empty: as much as it likes</legend>
          <div className="form-grid">
            {limits.map(({ id, label }) => (
              <NumberField key={id} label={label} value={most[id]} onChange={(value) => setMost(({ [id]: _, ...rest }) => (value === undefined ? rest : { ...rest, [id]: value }))} />
            ))}
          </div>
        </fieldset>
        <div className="actions end">
          <Button type="submit" look="main" isDisabled={busy || name.trim() === '' || chosen.length === 0}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
