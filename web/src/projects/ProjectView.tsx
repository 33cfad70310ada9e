import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FolderPlus, MessageSquarePlus } from 'lucide-react'
import { useRef, useState } from 'react'
import { ask, json, Problem } from '../api/http'
import { models as modelsQuery, rules as rulesQuery, tags as tagsQuery, tools as toolsQuery } from '../api/queries'
import type { Json, Project } from '../api/types'
import { Chip, Fault, Loading } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Confirm } from '../kit/Confirm'
import { Choose, Field, Select } from '../kit/Fields'
import { NameList } from '../kit/NameList'
import { Overtaken } from '../kit/Overtaken'
import { TakeBack } from '../kit/TakeBack'
import { useChange } from '../kit/useChange'
import { Parameters } from '../prompts/Parameters'
import { go } from '../shell/route'
import { added, withAdded } from '../tools/selection'
import { type Effective, EffectiveView, nameOf } from './Effective'
import { Members } from './Members'
import { bodyOf, useProjectDraft } from './useProjectDraft'
import { read, written } from './variables'

/** A project: its settings, what counts in it, and its members. What is changed and not saved is kept for this tab. */
export function ProjectView({ project, all, onBelow }: { project: Project; all: readonly Project[]; onBelow: () => void }) {
  const { draft, isDirty, isOvertaken, turn, change, saved, leave, rebase } = useProjectDraft(project)
  const [ending, setEnding] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const shown = useRef(project.variables)
  if (!isDirty) shown.current = project.variables // what somebody else saves takes nothing from under the hands
  const queries = useQueryClient()
  const [run, busy] = useChange('projects')
  const effective = useQuery({ queryKey: ['projects', project.id, 'effective'], queryFn: () => json<Effective>(`/api/projects/${encodeURIComponent(project.id)}/effective`) })
  const models = useQuery(modelsQuery)
  const tools = useQuery(toolsQuery)
  const rules = useQuery(rulesQuery)
  const tags = useQuery(tagsQuery)
  const path = `/api/projects/${encodeURIComponent(project.id)}`
  const save = async () => {
    const { revision } = draft
    let kept: Project | undefined
    await run(async () => {
      try {
        kept = await json<Project>(path, { method: 'PUT', body: bodyOf(draft), headers: revision === undefined ? {} : { 'If-Match': `"${String(revision)}"` } })
      } catch (error) {
        if (error instanceof Problem && error.status === 412) await queries.invalidateQueries({ queryKey: ['projects'] })
        throw error
      }
    }, 'The project is kept.')
    if (kept) saved(draft, kept)
  }
  const remove = async () => {
    if (!(await run(() => ask(path, { method: 'DELETE' }), 'The project is gone; those below it moved up.'))) return
    leave()
    go('/projects')
  }
  return (
    <div className="project">
      <section className="card form" aria-label={`Settings of ${project.name}`}>
        <div className="card-head">
          <h2 dir="auto">{project.name}</h2>
          {isDirty ? <Chip tone="warn">changed</Chip> : null}
          <Button small onPress={() => go(`/conversations?project=${encodeURIComponent(project.id)}`)}>
            <MessageSquarePlus aria-hidden /> Talk in it
          </Button>
          <Button small onPress={onBelow}>
            <FolderPlus aria-hidden /> New below
          </Button>
        </div>
        {isOvertaken && !busy ? (
          <Overtaken what="project" onTheirs={leave} onMine={rebase} />
        ) : null}
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
          <NameList label="Tools" values={added(draft.tools)} options={(tools.data ?? []).map(({ name, description }) => ({ id: name, label: name, detail: description }))} onChange={(names) => change({ tools: withAdded(draft.tools, names) })} />
          <NameList label="Rules" values={draft.rules ?? []} options={(rules.data ?? []).map(({ name }) => ({ id: name, label: name }))} onChange={(names) => change({ rules: names })} />
          <NameList label="Tags" values={draft.tags ?? []} options={(tags.data ?? []).map(({ name }) => ({ id: name, label: name }))} onChange={(names) => change({ tags: names })} />
        </div>
        <VariablesField key={`${String(turn)} ${JSON.stringify(shown.current)}`} values={draft.variables ?? {}} onChange={(variables) => change({ variables })} />
        <div className="actions end">
          <Button look="danger" isDisabled={busy} onPress={() => setEnding(true)}>
            Delete
          </Button>
          {isDirty ? (
            <Button isDisabled={busy} onPress={() => setLeaving(true)}>
              Take my changes back
            </Button>
          ) : null}
          <Button look="main" isDisabled={busy || !isDirty} onPress={() => void save()}>
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
      {leaving ? <TakeBack what="this project" onAct={leave} onClose={() => setLeaving(false)} /> : null}
      {ending ? (
        <Confirm title={`Delete the project “${project.name}”?`} act="Delete" busy={busy} onAct={() => void remove()} onClose={() => setEnding(false)}>
          <p>Its settings, its variables and who its members are, are gone for good. Conversations, prompts and files in it stay; the projects below it move up.</p>
        </Confirm>
      ) : null}
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
