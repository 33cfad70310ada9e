import { useChat } from '@ai-sdk/react'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { config } from 'zod/v4/core'
import { json } from '../api/http'
import type { Page, Turn } from '../api/types'
import { sayError } from '../kit/Toasts'
import { livePieces, type Piece } from './pieces'
import { type LiveMessage, TurnTransport } from './transport'

config({ jitless: true }) // the page's policy forbids code made of text

export interface Submission {
  content: string
  parent?: string
  model?: string
  resources?: object[]
  [more: string]: unknown
}

export interface Live {
  /** The turn that runs; null until the server has named it. */
  turn: string | null
  /** What was sent, as typed; null for a turn that somebody else started. */
  sent: string | null
  pieces: Piece[]
  isRunning: boolean
  error: Error | null
  send: (submission: Submission) => void
  stop: () => void
  resume: () => void
}

const transport = new TurnTransport()

/** The turn of a conversation that runs now, sent from here or found running. */
export function useLive(conversation: string): Live {
  const queries = useQueryClient()
  const [sent, setSent] = useState<string | null>(null)
  const settled = useRef<() => Promise<void>>(async () => undefined)
  const chat = useChat<LiveMessage>({ id: conversation, transport, throttle: 40, onFinish: () => void settled.current() })
  const { setMessages, sendMessage, resumeStream, clearError } = chat
  const answer = chat.messages.findLast((message) => message.role === 'assistant')
  const turn = answer?.metadata?.turn ?? null
  const isRunning = chat.status === 'submitted' || chat.status === 'streaming'

  // An answer that has ended is shown until the kept one can take its place.
  useEffect(() => {
    settled.current = async () => {
      await queries.invalidateQueries({ queryKey: ['conversations'] })
      const kept = queries.getQueryData<Page<Turn>>(['conversations', conversation, 'turns'])
      if (turn && kept?.data.some(({ id, endedAt, status }) => id === turn && (endedAt || status === 'waiting'))) setMessages([])
    }
  })

  const send = useCallback(
    ({ content, ...body }: Submission) => {
      setSent(content)
      clearError()
      setMessages([])
      sendMessage({ text: content || ' ' }, { body: { content, ...body } }).catch(sayError)
    },
    [clearError, sendMessage, setMessages],
  )
  const resume = useCallback(() => {
    setSent(null)
    resumeStream().catch(() => undefined)
  }, [resumeStream])
  const stop = useCallback(() => {
    if (turn) json(`/api/turns/${encodeURIComponent(turn)}/cancel`, { method: 'POST' }).catch(sayError)
  }, [turn])

  const pieces = useMemo(() => livePieces(answer), [answer])
  return { turn, sent, pieces, isRunning, error: chat.status === 'error' ? (chat.error ?? null) : null, send, stop, resume }
}
