import { CircleAlert, Copy, GitFork, Pencil, RefreshCw, Route, TriangleAlert } from 'lucide-react'
import { memo, useMemo } from 'react'
import type { Model, Turn } from '../api/types'
import { Button, IconButton } from '../kit/Button'
import { copy } from '../kit/copy'
import { Menu } from '../kit/Menu'
import { count, duration, money, time } from '../kit/words'
import { Typed } from '../triggers/Typed'
import { Answer } from './Answer'
import { Media } from './Media'
import { attached, keptPieces } from './pieces'

export interface TurnActions {
  edit: (turn: Turn) => void
  regenerate: (turn: Turn, model?: string) => void
  retry: (turn: Turn) => void
  fork: (turn: Turn) => void
  road: (turn: string) => void
}

interface Props {
  turn: Turn
  models: readonly Model[]
  actions: TurnActions
  isBusy: boolean
  branches?: React.ReactNode
}

/** One turn as kept: what was typed, the answer, and what it took. */
export const TurnItem = memo(function TurnItem({ turn, models, actions, isBusy, branches }: Props) {
  const pieces = useMemo(() => keptPieces(turn), [turn])
  const files = useMemo(() => attached(turn), [turn])
  const failed = turn.status === 'failed' || turn.status === 'interrupted'
  return (
    <article className="turn" aria-label={`Turn of ${time(turn.createdAt)}`}>
      <div className="asked">
        <div className="bubble" dir="auto">
          {files.length > 0 ? (
            <div className="attached">
              {files.map((file, n) => (
                <Media key={n} {...file} name={file.name || (file.text === undefined ? '' : 'text')} />
              ))}
            </div>
          ) : null}
          {turn.content ? <Typed text={turn.content} triggers={turn.triggers} warnings={turn.warnings} /> : files.length > 0 ? null : <em className="soft">{turn.store === false ? 'not kept' : 'the prompt alone'}</em>}
        </div>
        <div className="turn-tools">
          {branches}
          <IconButton label="Copy what was typed" small onPress={() => void copy(turn.content)}>
            <Copy />
          </IconButton>
          <IconButton label="Edit and send again" small isDisabled={isBusy} onPress={() => actions.edit(turn)}>
            <Pencil />
          </IconButton>
        </div>
      </div>
      <Answer pieces={pieces} turn={turn.id} />
      {turn.warnings.length > 0 ? (
        <ul className="remarks">
          {turn.warnings.map((warning, n) => (
            <li key={n}>
              <TriangleAlert aria-hidden /> {warning.message}
            </li>
          ))}
        </ul>
      ) : null}
      {turn.error ? (
        <div className="fault" role="note">
          <CircleAlert aria-hidden />
          <span>
            {turn.error.message} <small>{turn.error.code}</small>
          </span>
        </div>
      ) : null}
      {turn.status === 'cancelled' || turn.status === 'interrupted' ? <p className="soft">{turn.status === 'cancelled' ? 'Stopped; what had been said is kept.' : 'The server stopped while this ran; what had been said is kept.'}</p> : null}
      <footer className="turn-foot">
        <Facts turn={turn} />
        <div className="turn-tools">
          {failed ? (
            <Button small onPress={() => actions.retry(turn)} isDisabled={isBusy}>
              <RefreshCw aria-hidden /> Try again
            </Button>
          ) : null}
          <IconButton label="The road of this turn" small onPress={() => actions.road(turn.id)}>
            <Route /> <span className="road-word">Road</span>
          </IconButton>
          <IconButton label="Copy answer" small onPress={() => void copy(turn.answer)}>
            <Copy />
          </IconButton>
          <Menu
            label="Answer again"
            choices={[
              { id: 'same', label: 'Answer again', detail: turn.model, act: () => actions.regenerate(turn) },
              'line',
              ...models.filter(({ id }) => id !== turn.model).map(({ id, displayName }) => ({ id, label: displayName ?? id, detail: id, act: () => actions.regenerate(turn, id) })),
            ]}
          >
            <IconButton label="Answer again" small isDisabled={isBusy}>
              <RefreshCw />
            </IconButton>
          </Menu>
          <IconButton label="Fork: go on from here in a new conversation" small onPress={() => actions.fork(turn)}>
            <GitFork />
          </IconButton>
        </div>
      </footer>
    </article>
  )
})

function Facts({ turn }: { turn: Turn }) {
  const { usage } = turn
  const took = turn.endedAt ? new Date(turn.endedAt).getTime() - new Date(turn.createdAt).getTime() : undefined
  const facts = [
    turn.model,
    turn.prompt?.key ? `${turn.prompt.key}${turn.prompt.version ? `@${String(turn.prompt.version)}` : ''}` : '',
    usage.inputTokens + usage.outputTokens > 0 ? `${usage.estimated ? '≈ ' : ''}${count(usage.inputTokens)} in, ${count(usage.outputTokens)} out` : '',
    money(turn.cost),
    duration(took),
  ].filter(Boolean)
  return (
    <span className="facts" title={turn.timeToFirstToken ? `first token after ${duration(turn.timeToFirstToken)}` : undefined}>
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </span>
  )
}
