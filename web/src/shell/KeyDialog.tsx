import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { key, wrongKey } from '../api/key'
import { useSignal } from '../api/signal'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'

/** Asks for a key when the server does, or when somebody wants to show another one; nothing that was open is lost by it. */
export function KeyDialog() {
  const asked = useSignal(key.asked)
  const needed = useSignal(key.needed)
  const queries = useQueryClient()
  const [value, setValue] = useState('')
  if (asked === null) return null
  const use = (next: string) => {
    key.use(next)
    setValue('')
    void queries.invalidateQueries()
  }
  return (
    <Dialog title={needed === null ? 'Show another key' : 'This server asks for a key'} isOpen onClose={key.leave}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (wrongKey(value) === undefined) use(value)
        }}
      >
        <p className="soft">{asked}</p>
        <Field label="Key" type="password" value={value} onChange={setValue} autoFocus error={wrongKey(value)} hint="It is kept until this tab is closed." />
        <div className="actions end">
          {key.isShown ? <Button onPress={() => use('')}>Forget the key of this tab</Button> : null}
          <Button type="submit" look="main" isDisabled={value.trim() === '' || wrongKey(value) !== undefined}>
            Use this key
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
