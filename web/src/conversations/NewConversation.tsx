import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { json, Problem } from '../api/http'
import { models as modelsQuery, projects as projectsQuery, prompt as promptQuery } from '../api/queries'
import type { Conversation, Json, Page, Prompt } from '../api/types'
import { Choose, Select } from '../kit/Fields'
import { later } from '../kit/later'
import { sayError } from '../kit/Toasts'
import { VariableForm } from '../prompts/VariableForm'
import { go, to, useRoute } from '../shell/route'
import { FirstSteps } from '../start/FirstSteps'
import { Composer, type ComposerHandle } from './Composer'
import { handOver } from './firstTurn'
import type { Written } from './useBox'
import type { Submission } from './useLive'

const PreviewRoad = later(() => import('../turns/PreviewRoad'))
const none: never[] = []
const nothing = () => undefined

/** The start of a conversation: a prompt or none, its variables, and the first words. */
export function NewConversation() {
  const queries = useQueryClient()
  const route = useRoute()
  const composer = useRef<ComposerHandle>(null)
  const models = useQuery(modelsQuery)
  const prompts = useQuery({ queryKey: ['prompts', 'choices'], queryFn: () => json<Page<Prompt>>('/api/prompts?limit=200'), select: (page) => page.data })
  const [key, setKey] = useState(route.query.get('prompt') ?? '')
  const rested = useRested(key.trim())
  const known = prompts.data?.some((one) => one.key === key.split('@')[0]) ?? false
  const chosen = useQuery({ ...promptQuery(key.trim()), enabled: key.trim() !== '' && (known || rested === key.trim()) })
  const [values, setValues] = useState<Record<string, Json>>({})
  const [project, setProject] = useState(route.query.get('project') ?? '')
  const projects = useQuery(projectsQuery)
  const [model, setModel] = useState('')
  const [previewed, setPreviewed] = useState<Record<string, unknown> | null>(null)
  const context = useMemo(() => ({ ...(key.trim() ? { prompt: key.trim() } : {}), ...(project ? { project } : {}), ...(Object.keys(values).length > 0 ? { variables: values } : {}) }), [key, project, values])

  // What comes next is fetched while nobody waits for it.
  useEffect(() => {
    const timer = setTimeout(() => void import('./Conversation'), 1000)
    return () => clearTimeout(timer)
  }, [])

  const begin = async (submission: Submission, written: Written) => {
    try {
      const made = await json<Conversation>('/api/conversations', { method: 'POST', body: context })
      handOver(made.id, { submission, written })
      void queries.invalidateQueries({ queryKey: ['conversations', 'list'] })
      go(to('conversations', made.id))
    } catch (error) {
      sayError(error)
      composer.current?.restore(written, false)
    }
  }
  const latest = useRef(begin)
  useEffect(() => {
    latest.current = begin
  })
  const start = useCallback((submission: Submission, written: Written) => void latest.current(submission, written), [])
  const definitions = chosen.data?.prompt.variables ?? none
  return (
    <section className="conversation new" aria-label="New conversation">
      <div className="new-middle">
        <FirstSteps />
        <h1>New conversation</h1>
        <div className="new-prompt">
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
              onChange={(name, value) =>
                setValues(({ [name]: _, ...rest }) => (value === undefined ? rest : { ...rest, [name]: value }))
              }
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
        onModel={setModel}
        isRunning={false}
        editing={false}
        onCancelEdit={nothing}
        onSend={start}
        onStop={nothing}
        onRoad={setPreviewed}
      />
      <Suspense>{previewed ? <PreviewRoad request={previewed} onClose={() => setPreviewed(null)} /> : null}</Suspense>
    </section>
  )
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
