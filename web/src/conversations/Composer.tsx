import { useQuery } from '@tanstack/react-query'
import { ArrowUp, Paperclip, Route, Square, X } from 'lucide-react'
import { memo, Suspense, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react'
import { FileTrigger } from 'react-aria-components'
import { triggers } from '../api/queries'
import type { Model, Preview, Warning } from '../api/types'
import { IconButton } from '../kit/Button'
import { later } from '../kit/later'
import { sayError } from '../kit/Toasts'
import { count } from '../kit/words'
import { takeDrops } from '../shell/drops'
import type { EditorHandle, Remark } from '../triggers/TriggerEditor'
import '../triggers/triggers.css'
import { attach, newKey, resourceOf, type Upload } from './boxResources'
import { BoxResources } from './BoxResources'
import { ModelChoice } from './ModelChoice'
import { type Edited, type Taken, useBox, type Written } from './useBox'
import type { Submission } from './useLive'
import { type Asked, usePreview } from './usePreview'

const TriggerEditor = later(() => import('../triggers/TriggerEditor'))

export interface ComposerHandle {
  focus: () => void
  /** Puts in what is edited; what was written is laid aside until the edit is sent or left. */
  edit: (edited: Edited, written: Written) => void
  /** Ends an edit without sending it. */
  leave: () => void
  /** Puts back what was sent and not taken. */
  restore: (written: Written, edited: Edited | null) => void
}

interface Props {
  ref?: Ref<ComposerHandle>
  /** Keeps a draft for this tab under this name. */
  draft: string
  /** What else a preview of the turn must say. */
  context: Record<string, unknown>
  models: readonly Model[]
  model: string
  /** What answers where no model is chosen; empty while it is not known. */
  usual: string
  onModel: (model: string) => void
  /** The prompt says enough: a turn may go without a text. */
  mayBeEmpty?: boolean
  isRunning: boolean
  /** What was sent is being taken: nothing more is, for now. */
  isHeld?: boolean
  /** The id of the turn whose text is edited; null: none is. */
  editing: string | null
  onCancelEdit: () => void
  onSend: (submission: Submission, written: Taken) => void
  onStop: () => void
  onRoad: (asked: Asked) => void
}

const none: never[] = []

/** Where a turn is written: text with triggers, files, the model, and what it would take. */
export const Composer = memo(function Composer({ ref, draft, context, models, model, usual, onModel, mayBeEmpty = false, isRunning, isHeld = false, editing, onCancelEdit, onSend, onStop, onRoad }: Props) {
  const [uploads, setUploads] = useState<Upload[]>([])
  const editor = useRef<EditorHandle>(null)
  const [caret, setCaret] = useState(-1)
  const stopped = useRef(false)
  const catalog = useQuery(triggers)
  const show = useCallback((value: string) => editor.current?.set(value), [])
  const box = useBox(draft, show)
  const { content: text, files, latest, type: change, attach: setFiles } = box
  useImperativeHandle(ref, () => ({ focus: () => editor.current?.focus(), edit: box.edit, leave: box.leave, restore: box.restore }))

  const asked = useMemo(
    () => ({
      path: editing === null ? `/api/turns/preview${'conversation' in context ? '' : '?begin=true'}` : `/api/turns/${encodeURIComponent(editing)}/edit/preview`,
      body: { ...context, content: text, ...(model ? { model } : {}), ...(editing !== null || files.length > 0 ? { resources: files.map(resourceOf) } : {}) },
    }),
    [context, editing, text, model, files],
  )
  const saysSomething = text !== '' || mayBeEmpty
  const { preview, fault } = usePreview(asked, text !== '' && !isRunning) // before somebody writes, there is nothing to remark
  const remarks = useMemo(() => remarksOf(preview), [preview])

  const add = useCallback((list: File[]) => {
    for (const file of list) {
      const id = newKey()
      setUploads((all) => [...all, { key: id, name: file.name, share: 0 }])
      attach(file, (share) => setUploads((all) => all.map((one) => (one.key === id ? { ...one, share } : one))))
        .then((one) => setFiles((all) => [...all, one]), sayError)
        .finally(() => setUploads((all) => all.filter((one) => one.key !== id)))
    }
  }, [setFiles])
  useEffect(() => takeDrops(add), [add])
  const isReady = !isHeld && uploads.length === 0 && (mayBeEmpty || text.trim() !== '' || files.length > 0)
  const send = () => {
    if (isRunning || isHeld || uploads.length > 0 || (!mayBeEmpty && latest.current.trim() === '' && files.length === 0)) return
    const asking = ({ content, files: along }: Written): Submission => ({ content, ...(model ? { model } : {}), ...(editing !== null || along.length > 0 ? { resources: along.map(resourceOf) } : {}) })
    const written = box.take((one) => [editing, asking(one)])
    onSend({ ...asking(written), key: written.attempt.key }, written)
  }
  // The button that stops goes when the turn ends; who pressed it stands in the box then, not nowhere.
  useEffect(() => {
    if (!isRunning && stopped.current && document.activeElement === document.body) editor.current?.focus()
    if (!isRunning) stopped.current = false
  }, [isRunning])
  const about = useMemo(() => ({ ...('conversation' in context ? { conversation: context['conversation'] } : {}), ...('prompt' in context ? { prompt: context['prompt'] } : {}) }), [context])
  const label = editing ? 'Edit what you wrote' : 'Write a message'
  const placeholder = editing ? 'Edit and send again' : 'Write a message, or @. for a command'
  return (
    <form
      className={`composer${editing ? ' editing' : ''}`}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {editing ? (
        <div className="composer-note">
          Editing makes a branch; the turns after it stay where they are.
          <IconButton label="Stop editing" small onPress={onCancelEdit}>
            <X />
          </IconButton>
        </div>
      ) : null}
      {files.length > 0 ? <BoxResources files={files} onChange={(all) => setFiles(() => all)} /> : null}
      {uploads.map(({ key, name, share }) => (
        <div key={key} className="uploading">
          <span className="box-resource-name">{name}</span>
          <progress aria-label={`Uploading ${name}`} value={share} />
        </div>
      ))}
      <Suspense fallback={<textarea className="composer-plain" dir="auto" aria-label={label} placeholder={placeholder} defaultValue={text} onChange={(event) => change(event.target.value)} rows={1} />}>
        <TriggerEditor
          ref={editor}
          initial={latest.current}
          label={label}
          placeholder={placeholder}
          catalog={catalog.data ?? none}
          remarks={remarks}
          about={about}
          autoFocus
          onChange={change}
          onCaret={setCaret}
          onSubmit={send}
          {...(editing ? { onEscape: onCancelEdit } : {})}
          onFiles={add}
        />
      </Suspense>
      <div className="composer-foot">
        <FileTrigger allowsMultiple onSelect={(list) => add([...(list ?? [])])}>
          <IconButton label="Attach files">
            <Paperclip />
          </IconButton>
        </FileTrigger>
        <ModelChoice models={models} model={model} usual={usual} onModel={onModel} />
        <IconButton label="Preview the road: exactly what would be sent" isDisabled={!saysSomething} onPress={() => onRoad(asked)}>
          <Route />
        </IconButton>
        <span className="composer-said">
          <span className="wrong" aria-live="polite">
            {fault}
          </span>
          {fault ? null : <Tokens preview={preview} models={models} caret={caret} shown={text !== ''} />}
        </span>
        {isRunning ? (
          <IconButton
            label="Stop"
            onPress={() => {
              stopped.current = true
              onStop()
            }}
          >
            <Square />
          </IconButton>
        ) : (
          <button type="submit" className="button main send" aria-label="Send" disabled={!isReady}>
            <ArrowUp aria-hidden />
          </button>
        )}
      </div>
    </form>
  )
})

function remarksOf(preview: { text: string; value: Preview } | null): Remark[] {
  return (
    preview?.value.triggers.map(({ span, outcome, trigger }) => ({
      text: preview.text,
      from: span.start,
      to: span.end,
      look: outcome === 'applied' ? 'known' : outcome === 'unknown' ? 'unknown' : 'wrong',
      why: preview.value.warnings.find((warning) => warning.span?.start === span.start)?.message ?? (outcome === 'applied' ? '' : `${trigger}: ${outcome}`),
    })) ?? none
  )
}

function Tokens({ preview, models, caret, shown }: { preview: { text: string; value: Preview } | null; models: readonly Model[]; caret: number; shown: boolean }) {
  if (!preview || !shown) return null
  const { tokens, request, warnings } = preview.value
  const remark = warnings.find((warning) => !isBeingWritten(warning, preview.text, caret))
  const window = models.find(({ id }) => id === request.model)?.contextWindow
  return (
    <>
      {remark ? <span className="warn">{remark.message}</span> : null}
      <span title={`Estimated input of this turn${window ? `, of a window of ${count(window)}` : ''}`}>
        ≈ {count(tokens.input)}
        {window ? ` / ${count(window)}` : ''} tokens
      </span>
    </>
  )
}

/** Whether somebody is still writing what a remark is about: its span holds the caret. */
const isBeingWritten = ({ span }: Warning, text: string, caret: number): boolean => span !== undefined && caret > span.start && (caret < span.end || (caret === span.end && text[caret - 1] !== ';'))
