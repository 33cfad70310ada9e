import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { json, Problem } from '../api/http'
import { key } from '../api/key'
import { conversation as conversationQuery, models as modelsQuery, turns as turnsQuery } from '../api/queries'
import type { Conversation as Kept, Turn } from '../api/types'
import { Fault, Loading } from '../kit/Bits'
import { later } from '../kit/later'
import { sayError } from '../kit/Toasts'
import { Link } from '../shell/Link'
import { go, to, withQuery } from '../shell/route'
import { Answer } from './Answer'
import { earlier } from './boxResources'
import { Branches, showBranch } from './Branches'
import { Composer, type ComposerHandle } from './Composer'
import { ConversationHead } from './ConversationHead'
import { takeFirst } from './firstTurn'
import { useUsualModel } from './ModelChoice'
import { keptPieces } from './pieces'
import { TurnItem, type TurnActions } from './TurnItem'
import { TurnList } from './TurnList'
import { Unbegun } from './Unbegun'
import { type Edited, keptEdit, type Written } from './useBox'
import { useKeptModel } from './useKeptModel'
import { type Live, useLive, type Submission } from './useLive'
import type { Asked } from './usePreview'

const PreviewRoad = later(() => import('../turns/PreviewRoad'))
const none: never[] = []
const watch = 4000

/** A conversation: its turns, the one that runs, and the box for the next. */
export default function Conversation({ id }: { id: string }) {
  const queries = useQueryClient()
  const about = useQuery({ ...conversationQuery(id), refetchInterval: ({ state }) => (isRefused(state.error) ? false : watch) })
  const kept = useQuery(turnsQuery(id))
  const models = useQuery(modelsQuery)
  const live = useLive(id)
  const composer = useRef<ComposerHandle>(null)
  const [model, setModel] = useKeptModel(about.data)
  const usual = useUsualModel(models.data, about.data?.prompt, about.data?.project)
  const [editing, setEditing] = useState<Edited | null>(() => keptEdit(id))
  const [previewed, setPreviewed] = useState<Asked | null>(null)
  const turns = kept.data ?? none
  const running = turns.find((turn) => !turn.endedAt)

  // Another tab, or this one before it was reloaded, may have begun a turn: it is joined.
  const { head } = about.data ?? {}
  useEffect(() => {
    if (head && kept.data && !kept.data.some((turn) => turn.id === head)) void queries.invalidateQueries({ queryKey: ['conversations', id, 'turns'] })
  }, [head, kept.data, id, queries])
  const { isRunning, resume, clear, turn: liveTurn } = live
  // A turn beside it may be the shown branch: one that it is done again beside, or, after a race, the one that its trigger began.
  const place = turns.findIndex((turn) => turn.id !== liveTurn && (turn.id === live.beside || (liveTurn !== null && turn.siblings?.includes(liveTurn))))
  const isKept = !isRunning && liveTurn !== null && turns.some((turn) => (turn.id === liveTurn ? turn.endedAt : turn.siblings?.includes(liveTurn)))
  useEffect(() => {
    if (isKept) clear()
  }, [isKept, clear])
  // A list that was asked for before the turn had ended may come after it has, and then nothing else asks again.
  const isLate = !isRunning && liveTurn !== null && !isKept && kept.data !== undefined
  const [looks, setLooks] = useState(0)
  useEffect(() => {
    if (!isLate) return setLooks(0)
    const timer = setTimeout(() => {
      setLooks((count) => count + 1)
      void queries.invalidateQueries({ queryKey: ['conversations', id, 'turns'] })
    }, Math.min(100 * 2 ** looks, watch))
    return () => clearTimeout(timer)
  }, [isLate, looks, id, queries])
  const joins = running !== undefined && !isRunning && running.id !== liveTurn ? running.id : null
  useEffect(() => {
    if (joins) resume(joins)
  }, [joins, resume])

  const { send } = live
  const [begun, setBegun] = useState(0)
  const written = useRef<(Written & { at: Edited | null }) | null>(null)
  const begin = useCallback(
    (submission: Submission, from: (Written & { at: Edited | null }) | null) => {
      written.current = from
      setBegun((count) => count + 1)
      send(submission)
    },
    [send],
  )
  // A moment later: React mounts twice in development, and what the first mount sends ends with it.
  useEffect(() => {
    const moment = setTimeout(() => {
      const first = takeFirst(id)
      if (first) begin(first.submission, { ...first.written, at: null })
    })
    return () => clearTimeout(moment)
  }, [id, begin])
  const submit = useCallback(
    (submission: Submission, from: Written) => {
      setEditing(null)
      begin({ ...submission, ...(editing ? { again: { turn: editing.turn, how: 'edit' } } : {}) }, { ...from, at: editing })
    },
    [editing, begin],
  )
  // What the server did not take goes back into the box, as soon as there is one.
  const { error, drop } = live
  const isDrawn = about.data !== undefined && kept.data !== undefined
  useEffect(() => {
    const from = written.current
    if (!error || liveTurn !== null || !from || !isDrawn || !composer.current) return
    written.current = null
    setEditing(from.at)
    composer.current.restore(from, from.at)
    if (error instanceof Problem && error.status === 401) key.give() // somebody pressed a button, and it did nothing
    if (error instanceof Problem && (error.status === 0 || error.status === 401)) drop() // the page says it elsewhere
  }, [error, liveTurn, drop, isDrawn])
  const again = useCallback(
    (submission: Submission) => {
      begin(submission, null)
      setTimeout(() => composer.current?.focus()) // what was pressed goes with the answer
    },
    [begin],
  )
  const actions = useMemo<TurnActions>(
    () => ({
      edit: (turn) => {
        const edited = { turn: turn.id }
        setEditing(edited)
        composer.current?.edit(edited, { content: turn.content, files: earlier(turn) })
        composer.current?.focus()
      },
      regenerate: (turn, other) => again({ content: turn.content, again: { turn: turn.id, how: 'regenerate' }, ...(other ? { model: other } : {}) }),
      retry: (turn) => again({ content: turn.content, again: { turn: turn.id, how: 'retry' } }),
      fork: (turn) => {
        json<Kept>(`/api/conversations/${encodeURIComponent(id)}/fork`, { method: 'POST', body: { turn: turn.id } }).then((made) => {
          void queries.invalidateQueries({ queryKey: ['conversations'] })
          go(to('conversations', made.id))
        }, sayError)
      },
      road: (turn) => go(withQuery('road', turn)),
    }),
    [id, queries, again],
  )

  const cancelEdit = useCallback(() => {
    setEditing(null)
    composer.current?.leave()
    composer.current?.focus()
  }, [])

  const path = isRunning && place >= 0 ? turns.slice(0, place) : turns
  const shown = path.filter((turn) => turn.id !== liveTurn || (turn.endedAt && !isRunning && live.pieces.length === 0))
  const shows = isRunning || live.pieces.length > 0 || live.error !== null || isLate
  // The answer that came and the turn as it is kept have one key: where one takes the other's place, nothing moves under who reads.
  const liveKey = liveTurn !== null && !shown.some((turn) => turn.id === liveTurn) ? liveTurn : 'live'
  const keys = useMemo(() => [...shown.map((turn) => turn.id), ...(shows ? [liveKey] : [])], [shown.map((turn) => turn.id).join(), shows, liveKey]) // eslint-disable-line react/exhaustive-deps -- the ids are what counts
  const context = useMemo(() => ({ conversation: id }), [id])
  const turnsRef = useRef(turns)
  useEffect(() => {
    turnsRef.current = turns
  })
  const show = useCallback((sibling: string) => showBranch(id, turnsRef.current, sibling).then(() => queries.invalidateQueries({ queryKey: ['conversations', id] }), sayError), [id, queries])

  const said = useSaid(live, shown.at(-1))

  if (about.error && (!about.data || isGone(about.error))) return <Away error={about.error} />
  if (!about.data || !kept.data) return <Loading what="Reading the conversation" />
  return (
    <section className="conversation" aria-label={about.data.title ?? 'Conversation'}>
      <ConversationHead conversation={about.data} turns={turns} />
      <TurnList
        keys={keys}
        isLive={shows}
        begun={begun}
        draw={(n) => {
          const turn = shown[n]
          if (turn) return <TurnItem turn={turn} models={models.data?.data ?? none} actions={actions} isBusy={isRunning} branches={turn.siblings && turn.siblings.length > 1 ? <Branches turn={turn} siblings={turn.siblings} isBusy={isRunning} onShow={show} /> : null} />
          return (
            <article className="turn" aria-label="Running turn" aria-busy={isRunning}>
              {live.sent ? (
                <div className="asked">
                  <div className="bubble" dir="auto">{live.sent}</div>
                </div>
              ) : running ? (
                <div className="asked">
                  <div className="bubble" dir="auto">{running.content}</div>
                </div>
              ) : null}
              <Answer pieces={live.pieces} turn={liveTurn} streaming={isRunning} />
              {isRunning && live.pieces.length === 0 ? <Waiting /> : null}
              {live.error ? (
                <div className="fault" role="alert">
                  {live.error.message}
                </div>
              ) : null}
            </article>
          )
        }}
      />
      <p className="only-said" role="status">
        {said}
      </p>
      <Unbegun conversation={id} turns={turns} actions={actions} isBusy={isRunning} />
      <Composer
        ref={composer}
        key={id}
        draft={id}
        context={context}
        models={models.data?.data ?? none}
        model={model}
        usual={usual}
        onModel={setModel}
        isRunning={isRunning}
        editing={editing?.turn ?? null}
        onCancelEdit={cancelEdit}
        onSend={submit}
        onStop={live.stop}
        onRoad={setPreviewed}
      />
      <Suspense>{previewed ? <PreviewRoad asked={previewed} onClose={() => setPreviewed(null)} /> : null}</Suspense>
    </section>
  )
}

/** How the newest turn stands, for those who read the page with their ears: the answer itself is theirs to read. */
function useSaid({ isRunning, pieces, error }: Live, last: Turn | undefined): string {
  const [wasRunning, setRunning] = useState(false)
  useEffect(() => {
    if (isRunning) setRunning(true)
  }, [isRunning])
  const all = pieces.length > 0 || isRunning || !last ? pieces : keptPieces(last)
  const asking = all.flatMap((piece) => (piece.kind === 'tool' && (piece.state === 'approval' || piece.state === 'input') ? [piece] : []))
  if (error) return '' // it is told as an alert
  if (asking.length > 0) return asking.map((call) => `${call.name} ${call.state === 'approval' ? 'asks for approval' : 'asks a question'}.`).join(' ')
  if (isRunning) return 'The answer is on its way.'
  if (!wasRunning || !last) return ''
  return last.status === 'completed' ? 'The answer is complete.' : last.status === 'waiting' ? 'The turn waits.' : last.status === 'cancelled' ? 'Stopped.' : `The turn ${last.status}.`
}

const Waiting = () => (
  <div className="waiting" aria-hidden="true">
    <i />
    <i />
    <i />
  </div>
)

/** A conversation that cannot be shown, and the way on. */
const Away = ({ error }: { error: unknown }) => (
  <section className="away">
    <Fault error={error} />
    <Link href="/conversations" className="button">
      All conversations
    </Link>
  </section>
)

/** Whether asking again would be refused again, until somebody does something. */
const isRefused = (error: unknown): boolean => isGone(error) || (error instanceof Problem && error.status === 401)

/** Whether the conversation is not there any more for who asks; what passes by, such as a key that is asked for, hides nothing. */
const isGone = (error: unknown): boolean => error instanceof Problem && (error.status === 403 || error.status === 404)
