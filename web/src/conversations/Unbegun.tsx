import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Hourglass, X } from 'lucide-react'
import { useState } from 'react'
import { json } from '../api/http'
import { unbegun } from '../api/queries'
import type { Turn } from '../api/types'
import { Button, IconButton } from '../kit/Button'
import { keep, kept } from '../kit/keep'
import { sayError } from '../kit/Toasts'
import type { TurnActions } from './TurnItem'

interface Props {
  conversation: string
  turns: readonly Turn[]
  actions: TurnActions
  isBusy: boolean
}

const left = 'turnpike.unasked'

/** What was sent and no model was asked: turns that stand in the queue of the conversation, and those that ended there, until they are asked again or let go. */
export function Unbegun({ conversation, turns, actions, isBusy }: Props) {
  const queries = useQueryClient()
  const { data } = useQuery(unbegun(conversation))
  const [gone, setGone] = useState(() => new Set((kept(left, true) ?? '').split(' ')))
  const some = (data ?? []).filter((turn) => turn.status !== 'cancelled' && !gone.has(turn.id) && !turns.some(({ id, origin }) => id === turn.id || origin?.turn === turn.id))
  if (some.length === 0) return null
  const take = (turn: Turn) =>
    json(`/api/turns/${encodeURIComponent(turn.id)}/cancel`, { method: 'POST' })
      .catch(sayError)
      .finally(() => void queries.invalidateQueries({ queryKey: ['conversations', conversation, 'turns'] }))
  const leave = (turn: Turn) => {
    const ids = new Set([...gone, turn.id])
    setGone(ids)
    keep(left, [...ids].slice(-200).join(' '), true)
  }
  return (
    <ul className="unbegun" aria-label="Not asked yet">
      {some.map((turn) => (
        <li key={turn.id}>
          <Hourglass aria-hidden />
          <span className="unbegun-text">
            <span dir="auto">{turn.content || 'the prompt alone'}</span>
            <small>{turn.status === 'queued' ? 'waits for the turn before it' : `was not asked: ${turn.error?.message ?? 'the server stopped before its turn came.'}`}</small>
          </span>
          {turn.status === 'queued' ? null : (
            <Button small isDisabled={isBusy} onPress={() => actions.retry(turn)}>
              Ask now
            </Button>
          )}
          <IconButton label={turn.status === 'queued' ? 'Take it back' : 'Let it go'} small onPress={() => (turn.status === 'queued' ? void take(turn) : leave(turn))}>
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
