import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { json } from '../api/http'
import { conversation as conversationQuery } from '../api/queries'
import type { Conversation } from '../api/types'
import { sayError } from '../kit/Toasts'

/** The model of a conversation, which its turns use until another is chosen; empty for the default. A choice is kept with the conversation. */
export function useKeptModel(conversation: Conversation | undefined): [model: string, choose: (model: string) => void] {
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<string | null>(null)
  const id = conversation?.id
  const choose = useCallback(
    (model: string) => {
      if (id === undefined) return
      setChosen(model)
      json<Conversation>(`/api/conversations/${encodeURIComponent(id)}`, { method: 'PATCH', body: { model: model || null } })
        .then((kept) => queries.setQueryData(conversationQuery(id).queryKey, kept), sayError)
        .finally(() => setChosen((now) => (now === model ? null : now)))
    },
    [id, queries],
  )
  return [chosen ?? conversation?.model ?? '', choose]
}
