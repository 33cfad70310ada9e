import { useState } from 'react'
import { json } from '../api/http'
import { key as shown } from '../api/key'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { useChange } from '../kit/useChange'
import type { IssuedKey } from './issued'
import { ScopeBoxes } from './ScopeBoxes'
import { endOf } from './ends'

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
      const made = await json<IssuedKey>('/api/keys', { method: 'POST', body: { name, scopes: chosen, ...(user.trim() ? { user: user.trim() } : {}), ...(until ? { expiresAt: endOf(until) } : {}) } })
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
        <ScopeBoxes chosen={chosen} onChange={setChosen} />
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
