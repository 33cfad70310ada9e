import { useQuery } from '@tanstack/react-query'
import { Columns2, Play } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { json } from '../api/http'
import { models as modelsQuery } from '../api/queries'
import { useSignal } from '../api/signal'
import type { Json, Page, Prompt } from '../api/types'
import { Button } from '../kit/Button'
import { Field, Select } from '../kit/Fields'
import { sayError } from '../kit/Toasts'
import { inputs } from './inputs'
import { versionOf } from './PromptEditor'
import { RunColumn } from './RunColumn'
import { valuesOf } from './values'
import { VariableForm } from './VariableForm'

interface Props {
  /** As it is written now. */
  prompt: Prompt
  /** The stored prompt's key; null when it is new. */
  name: string | null
  isDirty: boolean
}

interface Run {
  id: number
  columns: { title: string; request: Record<string, unknown> }[]
}

/** Tries the prompt as it is written, alone or beside another version or model, on the same inputs. */
export function RunPanel({ prompt, name, isDirty }: Props) {
  const { content, values } = useSignal(inputs)
  const [run, setRun] = useState<Run | null>(null)
  const [beside, setBeside] = useState(false)
  const [version, setVersion] = useState('draft')
  const [model, setModel] = useState('')
  const versions = useQuery({ queryKey: ['prompts', name, 'versions'], queryFn: () => json<Page<Prompt> | Prompt[]>(`/api/prompts/${encodeURIComponent(name ?? '')}/versions`), enabled: beside && name !== null, retry: false })
  const models = useQuery(modelsQuery)
  const kept = versions.data === undefined ? [] : Array.isArray(versions.data) ? versions.data : versions.data.data
  const definitions = prompt.variables ?? []

  const set = (name_: string, value: Json | undefined) => {
    const { [name_]: _, ...rest } = inputs.value.values
    inputs.value = { ...inputs.value, values: value === undefined ? rest : { ...rest, [name_]: value } }
  }
  // One run at a time: each costs. It has begun when it is asked for, not when its first answer comes.
  const open = useRef(0)
  const [busy, setBusy] = useState(false)
  const end = useCallback(() => setBusy(--open.current > 0), [])
  const start = async () => {
    if (open.current > 0) return
    open.current = beside ? 2 : 1
    setBusy(true)
    const known = valuesOf(definitions, values)
    const common = { content, ...(Object.keys(known).length > 0 ? { variables: known } : {}) }
    const columns = [{ title: isDirty ? 'As written now' : 'As kept', request: { ...common, prompt } as Record<string, unknown> }]
    try {
      if (beside) {
        const other = version === 'draft' ? prompt : await versionOf(name ?? '', Number(version))
        const own = valuesOf(other.variables ?? [], values) // it may not know what was added since
        columns.push({ title: `${version === 'draft' ? 'As written now' : `v${version}`}${model ? `, ${model}` : ''}`, request: { content, ...(Object.keys(own).length > 0 ? { variables: own } : {}), prompt: version === 'draft' ? prompt : `${name ?? ''}@${String(other.version ?? version)}`, ...(model ? { model } : {}) } })
      }
      setRun({ id: Date.now(), columns })
    } catch (error) {
      open.current = 0
      setBusy(false)
      sayError(error)
    }
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat || event.defaultPrevented || document.querySelector('[role="dialog"]')) return
      void start()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  return (
    <div className="run">
      {definitions.length > 0 ? <VariableForm definitions={definitions} values={values} onChange={set} /> : null}
      <Field label="What is typed" lines={3} value={content} onChange={(text) => (inputs.value = { ...inputs.value, content: text })} placeholder="The user's text; @. commands work here too" />
      {beside ? (
        <div className="form-grid beside">
          <Select label="Beside" value={version} onChange={setVersion} options={[{ id: 'draft', label: 'The same, as written now' }, ...kept.map((one) => ({ id: String(one.version), label: `v${String(one.version)}`, detail: one.note }))]} />
          <Select label="With the model" value={model} onChange={setModel} options={[{ id: '', label: 'Its own' }, ...(models.data?.data ?? []).map(({ id }) => ({ id, label: id }))]} />
        </div>
      ) : null}
      <div className="actions">
        <Button look="main" isDisabled={busy} onPress={() => void start()}>
          <Play aria-hidden /> {busy ? 'Running…' : `Run ${isDirty ? 'unsaved' : ''}`}
        </Button>
        <Button look={beside ? 'plain' : 'quiet'} onPress={() => setBeside(!beside)}>
          <Columns2 aria-hidden /> {beside ? 'Alone' : 'Compare'}
        </Button>
        <span className="hint">Ctrl+Enter</span>
      </div>
      {run ? (
        <div className={`run-columns${run.columns.length > 1 ? ' two' : ''}`}>
          {run.columns.map(({ title, request }, n) => (
            <RunColumn key={`${String(run.id)}-${String(n)}`} id={`try-${String(run.id)}-${String(n)}`} title={title} request={request} prompt={name ?? 'a new prompt'} onEnd={end} />
          ))}
        </div>
      ) : null}
    </div>
  )
}
