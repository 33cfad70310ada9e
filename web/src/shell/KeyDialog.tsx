import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { key } from '../api/key'
import { useSignal } from '../api/signal'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'

/** Asks for a key when the server does; nothing that was open is lost by it. */
export function KeyDialog() {
  const asked = useSignal(key.asked)
  const queries = useQueryClient()
  const [value, setValue] = useState('')
  if (asked === null) return null
  return (
    <Dialog title="This server asks for a key" isOpen onClose={() => (key.asked.value = null)}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          key.use(value)
          setValue('')
          void queries.invalidateQueries()
        }}
      >
        <p className="soft">{asked}</p>
        <Field label="Key" type="password" value={value} onChange={setValue} autoFocus hint="It is kept until this tab is closed." />
        <div className="actions end">
          <Button type="submit" look="main" isDisabled={value.trim() === ''}>
            Use this key
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
