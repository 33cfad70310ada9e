import { useState } from 'react'
import { json } from '../api/http'
import { key as shown } from '../api/key'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Checkbox, Field } from '../kit/Fields'
import { useChange } from '../kit/useChange'
import type { IssuedKey } from './issued'

const scopes = [
  { id: 'turns', says: 'run and preview turns' },
  { id: 'prompts:read', says: 'read prompts, rules, tags and projects' },
  { id: 'prompts:write', says: 'change them' },
  { id: 'conversations', says: 'read and change conversations' },
  { id: 'files', says: 'upload, read and delete files' },
  { id: 'usage', says: 'read tokens and costs' },
  { id: 'tools:manage', says: 'connect tool servers' },
  { id: 'keys:manage', says: 'make and revoke keys' },
  { id: 'admin', says: 'everything' },
]

const day = 86_400_000

interface Props {
  /** With the first key this page must show one too: it takes the one that is made. */
  isFirst: boolean
  onClose: () => void
  onMade: (made: IssuedKey) => void
}

/** Makes a key: what it is called, what it may do, and until when. */
export function NewKey({ isFirst, onClose, onMade }: Props) {
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly string[]>(isFirst ? ['admin'] : ['turns'])
  const [user, setUser] = useState('')
  const [until, setUntil] = useState('')
  const [run, busy] = useChange('keys')
  const make = () =>
    run(async () => {
      const made = await json<IssuedKey>('/api/keys', { method: 'POST', body: { name, scopes: chosen, ...(user.trim() ? { user: user.trim() } : {}), ...(until ? { expiresAt: new Date(new Date(until).getTime() + day - 1000).toISOString() } : {}) } })
      if (isFirst && !shown.isShown) shown.use(made.key)
      onMade(made)
    })
  return (
    <Dialog title="New key" isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <Field label="Name" value={name} onChange={setName} autoFocus isRequired hint="Who or what will use it" />
        <fieldset className="field scopes">
          <legend>May</legend>
          {scopes.map(({ id, says }) => (
            <Checkbox key={id} isSelected={chosen.includes(id)} onChange={(on) => setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id))}>
              <span>
                <code>{id}</code> <small className="soft">{says}</small>
              </span>
            </Checkbox>
          ))}
        </fieldset>
        <div className="form-grid">
          <Field label="User" value={user} onChange={setUser} hint="Whom it acts for; empty: nobody in particular" />
          <Field label="Ends after" type="date" value={until} onChange={setUntil} hint="Empty: never" />
        </div>
        {isFirst ? <p className="soft">This is the first key: from now on everybody must show one. This tab goes on with it.</p> : null}
        {isFirst && !chosen.includes('admin') && !chosen.includes('keys:manage') ? <p className="wrong">It may make no other keys; those would have to be made with the command line, on the server’s machine.</p> : null}
        <div className="actions end">
          <Button type="submit" look="main" isDisabled={busy || name.trim() === '' || chosen.length === 0}>
            Make the key
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
