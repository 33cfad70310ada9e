import { useQuery } from '@tanstack/react-query'
import { Route, Square } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { ask } from '../api/http'
import { turn as turnQuery } from '../api/queries'
import { Answer } from '../conversations/Answer'
import '../conversations/conversations.css'
import { useLive } from '../conversations/useLive'
import { IconButton } from '../kit/Button'
import { count, duration, money } from '../kit/words'
import { go, withQuery } from '../shell/route'

interface Props {
  id: string
  title: string
  request: Record<string, unknown>
  /** What the prompt is called. */
  prompt: string
  /** It runs no longer; told once. */
  onEnd: () => void
}

/** One run of a prompt: its answer as it comes, and what it took. It is put away among the archived conversations, not among those that people talk in. */
export function RunColumn({ id, title, request, prompt, onEnd }: Props) {
  const live = useLive(id)
  const { send } = live
  const started = useRef(false)
  useEffect(() => {
    if (started.current) return
    started.current = true
    send({ content: String(request['content'] ?? ''), ...request, conversation: null })
  }, [send, request])
  const phase = useRef<'before' | 'runs' | 'ended'>('before')
  useEffect(() => {
    if (live.isRunning) phase.current = 'runs'
    else if (phase.current === 'runs' || live.error) {
      if (phase.current !== 'ended') onEnd()
      phase.current = 'ended'
    }
  }, [live.isRunning, live.error, onEnd])
  const { conversation } = live
  useEffect(() => {
    if (conversation) ask(`/api/conversations/${encodeURIComponent(conversation)}`, { method: 'PATCH', body: { archived: true, title: `Tried: ${prompt}` } }).catch(() => undefined) // who may not, has it in the list
  }, [conversation, prompt])
  const kept = useQuery({ ...turnQuery(live.turn ?? ''), enabled: live.turn !== null && !live.isRunning, refetchInterval: ({ state }) => (state.data && !state.data.endedAt ? 500 : false) })
  const turn = kept.data
  const took = turn?.endedAt ? new Date(turn.endedAt).getTime() - new Date(turn.createdAt).getTime() : undefined
  return (
    <section className="run-column" aria-label={`Answer: ${title}`} aria-busy={live.isRunning}>
      <div className="run-head">
        <span className="small-head">{title}</span>
        <span className="turn-tools">
          {live.turn ? (
            <IconButton label="The road of this turn" small onPress={() => go(withQuery('road', live.turn))}>
              <Route />
            </IconButton>
          ) : null}
          {live.isRunning ? (
            <IconButton label="Stop" small onPress={live.stop}>
              <Square />
            </IconButton>
          ) : null}
        </span>
      </div>
      <Answer pieces={live.pieces} turn={live.turn} streaming={live.isRunning} />
      {live.error ? (
        <div className="fault" role="alert">
          {live.error.message}
        </div>
      ) : null}
      {turn?.error ? <div className="fault">{turn.error.message}</div> : null}
      {turn?.endedAt ? (
        <p className="facts">
          <span>{turn.model}</span>
          <span>{duration(took)}</span>
          {turn.timeToFirstToken ? <span>first token {duration(turn.timeToFirstToken)}</span> : null}
          <span>
            {turn.usage.estimated ? '≈ ' : ''}
            {count(turn.usage.inputTokens)} in, {count(turn.usage.outputTokens)} out
          </span>
          {turn.cost ? <span>{money(turn.cost)}</span> : null}
        </p>
      ) : null}
    </section>
  )
}
