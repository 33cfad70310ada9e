import { useQuery } from '@tanstack/react-query'
import { ArrowUp, Paperclip, Route, Square, X } from 'lucide-react'
import { memo, Suspense, useCallback, useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react'
import { FileTrigger } from 'react-aria-components'
import { triggers } from '../api/queries'
import type { Model, Preview } from '../api/types'
import { IconButton } from '../kit/Button'
import { Choose, Select } from '../kit/Fields'
import { later } from '../kit/later'
import { sayError } from '../kit/Toasts'
import { bytes, count } from '../kit/words'
import type { EditorHandle, Remark } from '../triggers/TriggerEditor'
import '../triggers/triggers.css'
import { type Attachment, attach, isPicture, newKey, policies, type Policy, resourceOf, type Upload } from './attachments'
import { useBox, type Written } from './useBox'
import type { Submission } from './useLive'
import { usePreview } from './usePreview'

const TriggerEditor = later(() => import('../triggers/TriggerEditor'))

export interface ComposerHandle {
  focus: () => void
  /** Puts in what is edited; what was written is laid aside until the edit is sent or left. */
  edit: (text: string) => void
  /** Ends an edit without sending it. */
  leave: () => void
  /** Puts back what was sent and not taken. */
  restore: (written: Written, isEdit: boolean) => void
}

interface Props {
  ref?: Ref<ComposerHandle>
  /** Keeps a draft for this tab under this name. */
  draft: string
  /** What else a preview of the turn must say. */
  context: Record<string, unknown>
  models: readonly Model[]
  model: string
  onModel: (model: string) => void
  isRunning: boolean
  editing: boolean
  onCancelEdit: () => void
  onSend: (submission: Submission, written: Written) => void
  onStop: () => void
  onRoad: (request: Record<string, unknown>) => void
}

const none: never[] = []

/** Where a turn is written: text with triggers, files, the model, and what it would take. */
export const Composer = memo(function Composer({ ref, draft, context, models, model, onModel, isRunning, editing, onCancelEdit, onSend, onStop, onRoad }: Props) {
  const [uploads, setUploads] = useState<Upload[]>([])
  const editor = useRef<EditorHandle>(null)
  const catalog = useQuery(triggers)
  const show = useCallback((value: string) => editor.current?.set(value), [])
  const box = useBox(draft, show)
  const { content: text, files, latest, type: change, attach: setFiles } = box
  useImperativeHandle(ref, () => ({ focus: () => editor.current?.focus(), edit: box.edit, leave: box.leave, restore: box.restore }))

  const request = useMemo(() => ({ ...context, content: text, ...(model ? { model } : {}), ...(files.length > 0 ? { resources: files.map(resourceOf) } : {}) }), [context, text, model, files])
  const { preview, fault } = usePreview(request, text !== '' && !isRunning)
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
  const isReady = uploads.length === 0 && (text.trim() !== '' || files.length > 0)
  const send = () => {
    if (isRunning || uploads.length > 0 || (latest.current.trim() === '' && files.length === 0)) return
    const written = box.take()
    onSend({ content: written.content, ...(model ? { model } : {}), ...(written.files.length > 0 ? { resources: written.files.map(resourceOf) } : {}) }, written)
  }
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
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.isDefaultPrevented()) return // the editor took it
        event.preventDefault()
        add([...event.dataTransfer.files])
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
      {files.length > 0 ? <Attachments files={files} onChange={(all) => setFiles(() => all)} /> : null}
      {uploads.map(({ key, name, share }) => (
        <div key={key} className="uploading">
          <span className="attachment-name">{name}</span>
          <progress aria-label={`Uploading ${name}`} value={share} />
        </div>
      ))}
      <Suspense fallback={<textarea className="composer-plain" aria-label={label} placeholder={placeholder} defaultValue={text} onChange={(event) => change(event.target.value)} rows={1} />}>
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
        <ModelChoice models={models} model={model} onModel={onModel} />
        <IconButton label="Preview the road: exactly what would be sent" isDisabled={text === ''} onPress={() => onRoad(request)}>
          <Route />
        </IconButton>
        <span className="composer-said" aria-live="polite">
          {fault ? <span className="wrong">{fault}</span> : <Tokens preview={preview} models={models} shown={text !== ''} />}
        </span>
        {isRunning ? (
          <IconButton label="Stop" onPress={onStop}>
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

function ModelChoice({ models, model, onModel }: Pick<Props, 'models' | 'model' | 'onModel'>) {
  const options = [{ id: '', label: 'Default model' }, ...models.map(({ id, displayName }) => ({ id, label: displayName ?? id, detail: displayName ? id : undefined }))]
  if (model && !models.some(({ id }) => id === model)) options.push({ id: model, label: model })
  if (models.length > 40) return <Choose label="Model" hidden value={model} onChange={onModel} options={options} placeholder="Default model" />
  return <Select label="Model" hidden small value={model} onChange={onModel} options={options} />
}

function Tokens({ preview, models, shown }: { preview: { value: Preview } | null; models: readonly Model[]; shown: boolean }) {
  if (!preview || !shown) return null
  const { tokens, request, warnings } = preview.value
  const window = models.find(({ id }) => id === request.model)?.contextWindow
  return (
    <>
      {warnings.length > 0 ? <span className="warn">{warnings[0]?.message}</span> : null}
      <span title={`Estimated input of this turn${window ? `, of a window of ${count(window)}` : ''}`}>
        ≈ {count(tokens.input)}
        {window ? ` / ${count(window)}` : ''} tokens
      </span>
    </>
  )
}

function Attachments({ files, onChange }: { files: readonly Attachment[]; onChange: (files: Attachment[]) => void }) {
  return (
    <ul className="attachments" aria-label="Attached files">
      {files.map((file) => (
        <li key={file.key} className="attachment">
          {isPicture(file) && file.url ? <img src={file.url} alt="" /> : null}
          <span className="attachment-name" title={file.name}>
            {file.name} <small>{bytes(file.size)}</small>
          </span>
          <Select label={`How long ${file.name} stays`} hidden small value={file.policy} options={policies} onChange={(policy) => onChange(files.map((one) => (one.key === file.key ? { ...one, policy: policy as Policy } : one)))} />
          <IconButton label={`Remove ${file.name}`} small onPress={() => onChange(files.filter((one) => one.key !== file.key))}>
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
