import { useQuery } from '@tanstack/react-query'
import { FolderPlus, MessageSquarePlus, Plus } from 'lucide-react'
import { useState } from 'react'
import { ask, json } from '../api/http'
import { models as modelsQuery, projects as projectsQuery, rules as rulesQuery, tags as tagsQuery, tools as toolsQuery } from '../api/queries'
import type { Json, Project } from '../api/types'
import { Chip, Empty, Fault, Loading, PageHead } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Choose, Field, Select } from '../kit/Fields'
import { NameList } from '../kit/NameList'
import { useChange } from '../kit/useChange'
import { brief } from '../kit/words'
import { Parameters } from '../prompts/Settings'
import { Link } from '../shell/Link'
import { go, to } from '../shell/route'
import { Members } from './Members'
import './projects.css'
import { childrenOf } from './tree'
import { read, written } from './variables'

interface Effective {
  layers: string[]
  system?: { text: string; sources: string[] }
  model?: { value: string; source: string }
  parameters: Record<string, { value: Json; source: string }>
  tools?: { name?: string; value?: string; source: string }[]
  rules?: { name?: string; value?: string; source: string }[]
  variables: Record<string, { value: Json; source: string }>
}

export default function ProjectsPage({ id }: { id: string | undefined }) {
  const projects = useQuery(projectsQuery)
  const [making, setMaking] = useState<string | null>(null)
  const all = projects.data ?? []
  const chosen = all.find((one) => one.id === id)
  return (
    <div className="page">
      <PageHead title="Projects" under="Settings that conversations share, handed down the tree.">
        <Button look="main" onPress={() => setMaking('')}>
          <Plus aria-hidden /> New project
        </Button>
      </PageHead>
      {projects.error ? <Fault error={projects.error} /> : null}
      {projects.isPending ? <Loading /> : null}
      {projects.data?.length === 0 ? <Empty title="No projects yet">A project sets a model, rules, tools or variables once for all of its conversations.</Empty> : null}
      {all.length > 0 ? (
        <div className="projects">
          <nav aria-label="Project tree" className="card tree-card">
            <Branch all={all} parent={undefined} chosen={id} />
          </nav>
          {chosen ? <ProjectView key={JSON.stringify(chosen)} project={chosen} all={all} onBelow={() => setMaking(chosen.id)} /> : <p className="soft pad">Choose a project.</p>}
        </div>
      ) : null}
      {making === null ? null : <NewProject parent={making} onClose={() => setMaking(null)} />}
    </div>
  )
}

function Branch({ all, parent, chosen }: { all: readonly Project[]; parent: string | undefined; chosen: string | undefined }) {
  return (
    <ul className="tree">
      {childrenOf(all, parent).map((one) => (
        <li key={one.id}>
          <Link href={to('projects', one.id)} className="list-item" aria-current={one.id === chosen ? 'page' : undefined}>
            {one.name}
          </Link>
          {childrenOf(all, one.id).length > 0 ? <Branch all={all} parent={one.id} chosen={chosen} /> : null}
        </li>
      ))}
    </ul>
  )
}

function NewProject({ parent, onClose }: { parent: string; onClose: () => void }) {
  const [name, setName] = useState('')
  const [run, busy] = useChange('projects')
  return (
    <Dialog title={parent ? 'A project below this one' : 'New project'} isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void run(async () => {
            const made = await json<Project>('/api/projects', { method: 'POST', body: { name, ...(parent ? { parent } : {}) } })
            go(to('projects', made.id))
          }, 'The project is there.').then((done) => done && onClose())
        }}
      >
        <Field label="Name" value={name} onChange={setName} autoFocus isRequired />
        <div className="actions end">
          <Button type="submit" look="main" isDisabled={busy || name.trim() === ''}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function ProjectView({ project, all, onBelow }: { project: Project; all: readonly Project[]; onBelow: () => void }) {
  const [draft, setDraft] = useState(project)
  const [run, busy] = useChange('projects')
  const effective = useQuery({ queryKey: ['projects', project.id, 'effective'], queryFn: () => json<Effective>(`/api/projects/${encodeURIComponent(project.id)}/effective`) })
  const models = useQuery(modelsQuery)
  const tools = useQuery(toolsQuery)
  const rules = useQuery(rulesQuery)
  const tags = useQuery(tagsQuery)
  const change = (part: Partial<Project>) => setDraft((current) => ({ ...current, ...part }))
  const path = `/api/projects/${encodeURIComponent(project.id)}`
  const save = () => {
    const { id: _id, system, model, ...rest } = draft
    return run(() => ask(path, { method: 'PUT', body: { ...rest, ...(system?.text ? { system } : {}), ...(model ? { model } : {}) } }), 'The project is kept.')
  }
  return (
    <div className="project">
      <section className="card form" aria-label={`Settings of ${project.name}`}>
        <div className="card-head">
          <h2>{project.name}</h2>
          <Button small onPress={() => go(`/conversations?project=${encodeURIComponent(project.id)}`)}>
            <MessageSquarePlus aria-hidden /> Talk in it
          </Button>
          <Button small onPress={onBelow}>
            <FolderPlus aria-hidden /> New below
          </Button>
        </div>
        <div className="form-grid">
          <Field label="Name" value={draft.name} onChange={(name) => change({ name })} />
          <Select label="Parent project" value={draft.parent ?? ''} options={[{ id: '', label: 'None: at the top' }, ...all.filter((one) => one.id !== project.id).map((one) => ({ id: one.id, label: one.name }))]} onChange={(parent) => change({ parent: parent === '' ? undefined : parent } as Partial<Project>)} />
          <Choose label="Model" value={draft.model ?? ''} placeholder={effective.data?.model ? `${effective.data.model.value} (from ${nameOf(effective.data.model.source, all)})` : 'Default model'} options={(models.data?.data ?? []).map(({ id, displayName }) => ({ id, label: id, detail: displayName }))} onChange={(model) => change({ model })} />
          <Select label="Place of its system text" value={draft.system?.mode ?? 'append'} options={[{ id: 'append', label: 'After the parent’s' }, { id: 'replace', label: 'Instead of the parent’s' }]} onChange={(mode) => change({ system: { text: draft.system?.text ?? '', mode: mode as 'append' } })} />
        </div>
        <Field label="System text" lines={3} value={draft.system?.text ?? ''} onChange={(text) => change({ system: { text, mode: draft.system?.mode ?? 'append' } })} />
        <div className="form-grid">
          <Parameters values={draft.parameters ?? {}} onChange={(parameters) => change({ parameters })} />
        </div>
        <div className="form-grid">
          <NameList label="Tools" values={draft.tools ?? []} options={(tools.data ?? []).map(({ name, description }) => ({ id: name, label: name, detail: description }))} onChange={(names) => change({ tools: names })} />
          <NameList label="Rules" values={draft.rules ?? []} options={(rules.data ?? []).map(({ name }) => ({ id: name, label: name }))} onChange={(names) => change({ rules: names })} />
          <NameList label="Tags" values={draft.tags ?? []} options={(tags.data ?? []).map(({ name }) => ({ id: name, label: name }))} onChange={(names) => change({ tags: names })} />
        </div>
        <VariablesField values={draft.variables ?? {}} onChange={(variables) => change({ variables })} />
        <div className="actions end">
          <Button look="danger" isDisabled={busy} onPress={() => void run(() => ask(path, { method: 'DELETE' }), 'The project is gone; those below it moved up.').then((done) => done && go('/projects'))}>
            Delete
          </Button>
          <Button look="main" isDisabled={busy} onPress={() => void save()}>
            Save
          </Button>
        </div>
      </section>
      <div className="project-side">
        <section className="card" aria-label="What counts here">
          <h2>What counts here</h2>
          <p className="soft">Each value with the project that says it.</p>
          {effective.error ? <Fault error={effective.error} /> : effective.data ? <EffectiveView effective={effective.data} own={project.id} all={all} /> : <Loading />}
        </section>
        <section className="card" aria-label="Members">
          <h2>Members</h2>
          <Members project={project} all={all} />
        </section>
      </div>
    </div>
  )
}

function VariablesField({ values, onChange }: { values: Record<string, Json>; onChange: (values: Record<string, Json>) => void }) {
  const [before] = useState(values)
  const [text, setText] = useState(() => written(before))
  return (
    <Field
      label="Variables"
      lines={3}
      mono
      value={text}
      hint="One a line: name = value. Lists and objects are JSON on one line; quotes around a number make it text."
      onChange={(typed) => {
        setText(typed)
        onChange(read(typed, before))
      }}
    />
  )
}

/** The name of a layer: a project's for its id. */
const nameOf = (source: string, all: readonly Project[]): string => all.find(({ id }) => source === `project:${id}` || source === id)?.name ?? source

function EffectiveView({ effective, own, all }: { effective: Effective; own: string; all: readonly Project[] }) {
  const from = (sources: string) =>
    sources.split(', ').map((source) => (
      <Chip key={source} tone={source.endsWith(own) ? 'on' : ''}>
        {source.endsWith(own) ? 'here' : `inherited from ${nameOf(source, all)}`}
      </Chip>
    ))
  const named = (list: Effective['tools']) => (list ?? []).map((one) => [one.name ?? one.value ?? '', '', one.source] as const)
  const rows = [
    ...(effective.system ? ([['system', brief(effective.system.text, 200), effective.system.sources.join(', ')]] as const) : []),
    ...(effective.model ? ([['model', effective.model.value, effective.model.source]] as const) : []),
    ...Object.entries(effective.parameters).map(([name, { value, source }]) => [name, brief(value, 80), source] as const),
    ...named(effective.tools).map(([name, , source]) => [`tool ${name}`, '', source] as const),
    ...named(effective.rules).map(([name, , source]) => [`rule ${name}`, '', source] as const),
    ...Object.entries(effective.variables).map(([name, { value, source }]) => [name, brief(value, 80), source] as const),
  ]
  if (rows.length === 0) return <p className="soft">Nothing is set, here or above.</p>
  return (
    <ul className="effective">
      {rows.map(([name, value, source], n) => (
        <li key={`${name}-${String(n)}`}>
          <code>{name}</code> <span className="explained-value">{value}</span> {from(source)}
        </li>
      ))}
    </ul>
  )
}
