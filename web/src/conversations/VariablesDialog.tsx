import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { json } from '../api/http'
import { variables as variablesQuery } from '../api/queries'
import type { Conversation, Json } from '../api/types'
import { Fault, Loading } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { say, sayError } from '../kit/Toasts'
import { VariableForm } from '../prompts/VariableForm'
import { ExplainedValues } from '../turns/ExplainedValues'

/** The values that a conversation keeps, and where each value of the next turn comes from. */
export function VariablesDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const queries = useQueryClient()
  const explained = useQuery(variablesQuery(conversation.id))
  const [changes, setChanges] = useState<Record<string, Json>>({})
  const definitions = conversation.prompt?.variables ?? []
  const secrets = definitions.filter((one) => one.secret).map((one) => one.name)
  const told = Object.fromEntries(Object.entries(conversation.variables ?? {}).filter(([name]) => !secrets.includes(name))) // of a secret only the mask is told, which is no value
  const save = () =>
    json(`/api/conversations/${encodeURIComponent(conversation.id)}/variables`, { method: 'PATCH', body: changes }).then(() => {
      say('The values are kept.')
      void queries.invalidateQueries({ queryKey: ['conversations', conversation.id] })
      setChanges((all) => Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== changes[name]))) // what was typed since stays
    }, sayError)
  return (
    <Dialog title="Variables" isOpen onClose={onClose} shape="wide">
      {definitions.length > 0 ? (
        <>
          <VariableForm definitions={definitions} values={{ ...told, ...changes }} kept={secrets.filter((name) => conversation.variables?.[name] !== undefined)} onChange={(name, value) => setChanges((all) => ({ ...all, [name]: value ?? null }))} />
          <div className="actions end">
            <Button look="main" isDisabled={Object.keys(changes).length === 0} onPress={() => void save()}>
              Keep these values
            </Button>
          </div>
        </>
      ) : (
        <p className="soft">The prompt of this conversation has no variables.</p>
      )}
      {explained.error ? <Fault error={explained.error} /> : explained.data ? <ExplainedValues values={explained.data} /> : <Loading />}
    </Dialog>
  )
}
