import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { json, Problem } from '../api/http'
import { models as modelsQuery, projects as projectsQuery, prompt as promptQuery, prompts as promptsQuery } from '../api/queries'
import type { Conversation, Json } from '../api/types'
import { Choose, Select } from '../kit/Fields'
import { keep, keptJson } from '../kit/keep'
import { later } from '../kit/later'
import { sayError } from '../kit/Toasts'
import { valuesOf } from '../prompts/values'
import { VariableForm } from '../prompts/VariableForm'
import { go, to, useRoute } from '../shell/route'
import { FirstSteps } from '../start/FirstSteps'
import { Composer, type ComposerHandle } from './Composer'
import { handOver } from './firstTurn'
import { useUsualModel } from './ModelChoice'
import { arrived, hold, lost } from './sent'
import type { Taken } from './useBox'
import type { Submission } from './useLive'
import type { Asked } from './usePreview'

const PreviewRoad = later(() => import('../turns/PreviewRoad'))
const none: never[] = []
const nothing = () => undefined
const slot = 'draft:new:choices'

/** What a conversation is to be begun with. */
interface Choices {
  prompt: string
  project: string
  model: string
  values: Record<string, Json>
}

/** What was chosen before this tab was reloaded, unless an address says otherwise. */
function chosenBefore(asked: URLSearchParams): Choices {
  const { prompt = '', project = '', model = '', values = {} } = keptJson<Choices>(slot) ?? {}
  const named = asked.get('prompt')
  return { prompt: named ?? prompt, project: asked.get('project') ?? project, model, values: named === null || named === prompt ? values : {} }
}

/** The start of a conversation: a prompt or none, its variables, and the first words. */
export function NewConversation() {
  const queries = useQueryClient()
  const route = useRoute()
  const composer = useRef<ComposerHandle>(null)
  const models = useQuery(modelsQuery)
  const prompts = useQuery(promptsQuery)
  const [before] = useState(() => chosenBefore(route.query))
  const [key, setKey] = useState(before.prompt)
  const rested = useRested(key.trim())
  const known = prompts.data?.some((one) => one.key === key.split('@')[0]) ?? false
  const chosen = useQuery({ ...promptQuery(key.trim()), enabled: key.trim() !== '' && (known || rested === key.trim()) })
  const [values, setValues] = useState(before.values)
  const [project, setProject] = useState(before.project)
  const projects = useQuery(projectsQuery)
  const [model, setModel] = useState(before.model)
  const usual = useUsualModel(models.data, key.trim() ? chosen.data?.prompt : undefined, project || undefined)
  const [previewed, setPreviewed] = useState<Asked | null>(null)
  const definitions = chosen.data?.prompt.variables ?? none
  const context = useMemo(() => {
    const own = valuesOf(definitions, values)
    return { ...(key.trim() ? { prompt: key.trim() } : {}), ...(project ? { project } : {}), ...(Object.keys(own).length > 0 ? { variables: own } : {}) }
  }, [key, project, values, definitions])
  useEffect(() => {
    const told = definitions.filter((one) => !one.secret)
    const choices: Choices = { prompt: key, project, model, values: chosen.data ? valuesOf(told, values) : before.values }
    keep(slot, key || project || model ? JSON.stringify(choices) : null)
  }, [key, project, model, values, definitions, chosen.data, before])

  // What comes next is fetched while nobody waits for it.
  useEffect(() => {
    const timer = setTimeout(() => void import('./Conversation'), 1000)
    return () => clearTimeout(timer)
  }, [])

  const [isBegun, setBegun] = useState(false)
  const begins = useRef(false) // at once: a second press may come before the page is drawn again
  const [errors, setErrors] = useState<Record<string, string>>({})
  const form = useRef<HTMLDivElement>(null)
  const begin = async (submission: Submission, written: Taken) => {
    if (begins.current) return
    begins.current = true
    setBegun(true)
    setErrors({})
    try {
      const { key: _, ...asked } = submission
      if (definitions.length > 0) await refuseValues({ ...context, ...asked })
      const made = await json<Conversation>('/api/conversations', { method: 'POST', body: { ...context, ...(model ? { model } : {}) } })
      hold(made.id, { ...written, editing: null })
      arrived('new')
      keep(slot, null)
      handOver(made.id, { submission, written })
      void queries.invalidateQueries({ queryKey: ['conversations', 'list'] })
      go(to('conversations', made.id))
    } catch (error) {
      const faults = faultsOf(error)
      const wrong = faults.filter(({ name }) => definitions.some((one) => one.name === name))
      setErrors(Object.fromEntries(wrong.map(({ name, message }) => [name, message])))
      if (wrong.length === 0 || wrong.length < faults.length) sayError(error)
      lost('new') // whoever went elsewhere meanwhile finds it in the box when they come back
      composer.current?.restore(written, null)
      begins.current = false
      setBegun(false)
    }
  }
  useEffect(() => {
    const first = Object.keys(errors).length > 0 ? form.current?.querySelector<HTMLElement>('[data-invalid], [aria-invalid="true"]') : undefined // a control, or what stands around those of a choice
    const control = first?.matches('input, textarea') ? first : first?.querySelector<HTMLElement>('input:not([tabindex="-1"]), textarea, button')
    control?.focus()
  }, [errors])
  const latest = useRef(begin)
  useEffect(() => {
    latest.current = begin
  })
  const start = useCallback((submission: Submission, written: Taken) => void latest.current(submission, written), [])
  return (
    <section className="conversation new" aria-label="New conversation">
      <div className="new-middle">
        <FirstSteps />
        <h1>New conversation</h1>
        <div className="new-prompt" ref={form}>
          <Choose
            label="Prompt"
            value={key}
            onChange={setKey}
            placeholder="No prompt: just talk"
            error={chosen.error instanceof Problem && chosen.error.status === 404 ? chosen.error.message : undefined}
            options={(prompts.data ?? none).map((one) => ({ id: one.key ?? '', label: one.key ?? '', detail: one.description ?? one.title }))}
          />
          {projects.data && projects.data.length > 0 ? (
            <Select label="Project" value={project} onChange={setProject} options={[{ id: '', label: 'None' }, ...projects.data.map(({ id, name }) => ({ id, label: name }))]} />
          ) : null}
          {chosen.data?.prompt.description ? <p className="soft">{chosen.data.prompt.description}</p> : null}
          {definitions.length > 0 ? (
            <VariableForm
              definitions={definitions}
              values={values}
              errors={errors}
              onChange={(name, value) => {
                setErrors(({ [name]: _, ...rest }) => rest)
                setValues(({ [name]: _, ...rest }) => (value === undefined ? rest : { ...rest, [name]: value }))
              }}
            />
          ) : null}
        </div>
      </div>
      <Composer
        ref={composer}
        draft="new"
        context={context}
        models={models.data?.data ?? none}
        model={model}
        usual={usual}
        onModel={setModel}
        mayBeEmpty={key.trim() !== '' && chosen.data !== undefined}
        isRunning={false}
        isHeld={isBegun}
        editing={null}
        onCancelEdit={nothing}
        onSend={start}
        onStop={nothing}
        onRoad={setPreviewed}
      />
      <Suspense>{previewed ? <PreviewRoad asked={previewed} onClose={() => setPreviewed(null)} /> : null}</Suspense>
    </section>
  )
}

/** What a refusal says of single variables. */
const faultsOf = (error: unknown): { name: string; message: string }[] => (error instanceof Problem && error.code.startsWith('variable_') && Array.isArray(error.body['variables']) ? (error.body['variables'] as { name: string; message: string }[]) : [])

/** Throws what the server says of the values, before there is a conversation: here they can be given. All else is told by the turn itself. */
async function refuseValues(body: object): Promise<void> {
  try {
    await json('/api/turns/preview', { method: 'POST', body })
  } catch (error) {
    if (faultsOf(error).length > 0) throw error
  }
}

/** A value once it has not changed for a moment. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), 500)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}
