import { useChat } from '@ai-sdk/react'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { config } from 'zod/v4/core'
import { json } from '../api/http'
import { sayError } from '../kit/Toasts'
import { livePieces, type Piece } from './pieces'
import { type Again, type LiveMessage, TurnTransport } from './transport'

config({ jitless: true }) // the page's policy forbids code made of text

export interface Submission extends Again {
  content: string
  model?: string
  resources?: object[]
  /** Under which the server takes it once. */
  key?: string
  [more: string]: unknown
}

export interface Live {
  /** The turn that runs; null until the server has named it. */
  turn: string | null
  /** The conversation of the turn; null until the server has named it. */
  conversation: string | null
  /** What was sent, as typed; null for a turn that somebody else started. */
  sent: string | null
  /** The turn beside which this one is another branch. */
  beside: string | null
  pieces: Piece[]
  isRunning: boolean
  error: Error | null
  send: (submission: Submission) => void
  stop: () => void
  /** Joins a turn that runs. */
  resume: (turn: string) => void
  /** Lets go of an answer that has ended, when the kept one can take its place. */
  clear: () => void
  /** Forgets what was sent and not taken. */
  drop: () => void
}

const transport = new TurnTransport()

/** The turn of a conversation that runs now, sent from here or found running. */
export function useLive(conversation: string): Live {
  const queries = useQueryClient()
  const [sent, setSent] = useState<string | null>(null)
  const [beside, setBeside] = useState<string | null>(null)
  const chat = useChat<LiveMessage>({ id: conversation, transport, throttle: 40, onFinish: () => void queries.invalidateQueries({ queryKey: ['conversations'] }) })
  const { setMessages, sendMessage, resumeStream, clearError } = chat
  const answer = chat.messages.findLast((message) => message.role === 'assistant')
  const turn = answer?.metadata?.turn ?? null
  const taken = turn ?? answer?.metadata?.taken ?? null
  const within = answer?.metadata?.conversation ?? null
  const isRunning = chat.status === 'submitted' || chat.status === 'streaming'

  // A turn that has no name yet is stopped as soon as it has one.
  const [stops, setStops] = useState(false)
  const stop = useCallback(() => setStops(true), [])
  useEffect(() => {
    if (!stops || !taken || !isRunning) return
    setStops(false)
    json(`/api/turns/${encodeURIComponent(taken)}/cancel`, { method: 'POST' }).catch(sayError)
  }, [stops, taken, isRunning])

  const send = useCallback(
    ({ content, ...body }: Submission) => {
      setSent(content)
      setStops(false)
      setBeside(body.again?.turn ?? null)
      clearError()
      setMessages([])
      const isSame = body.again !== undefined && body.again.how !== 'edit'
      sendMessage({ text: content || ' ' }, { body: isSame ? body : { content, ...body } }).catch(sayError)
    },
    [clearError, sendMessage, setMessages],
  )
  const resume = useCallback(
    (running: string) => {
      setSent(null)
      setStops(false)
      setBeside(null)
      // It may have ended between being listed and being joined; then the list is old.
      resumeStream({ body: { turn: running } })
        .catch(() => undefined)
        .finally(() => void queries.invalidateQueries({ queryKey: ['conversations', conversation, 'turns'] }))
    },
    [conversation, queries, resumeStream],
  )
  const clear = useCallback(() => setMessages([]), [setMessages])
  const drop = useCallback(() => {
    setSent(null)
    clearError()
    setMessages([])
  }, [clearError, setMessages])

  const pieces = useMemo(() => livePieces(answer), [answer])
  return { turn, conversation: within, sent, beside, pieces, isRunning, error: chat.status === 'error' ? (chat.error ?? null) : null, send, stop, resume, clear, drop }
}
