import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { ask, query } from '../api/http'
import { rules as rulesQuery, tags as tagsQuery } from '../api/queries'
import type { Rule } from '../api/types'
import { Chip, Empty, Fault, Loading, PageHead } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Confirm } from '../kit/Confirm'
import { Dialog } from '../kit/Dialog'
import { Field, Select, Toggle } from '../kit/Fields'
import { Overtaken } from '../kit/Overtaken'
import { useChange } from '../kit/useChange'
import { useRevision } from '../kit/useRevision'
import { brief } from '../kit/words'
import { ProjectChoice } from '../projects/ProjectChoice'

const placements = [
  { id: 'system', label: 'system', detail: 'in the system text' },
  { id: 'before', label: 'before', detail: 'before what was typed' },
  { id: 'after', label: 'after', detail: 'after what was typed' },
]

export default function RulesPage() {
  const rules = useQuery(rulesQuery)
  const tags = useQuery(tagsQuery)
  const [open, setOpen] = useState<Partial<Rule> | null>(null)
  return (
    <div className="page">
      <PageHead title="Rules" under="Kept instructions with a place: chosen by request, prompt, project, trigger, or always on.">
        <Button look="main" onPress={() => setOpen({ placement: 'system' })}>
          <Plus aria-hidden /> New rule
        </Button>
      </PageHead>
      {rules.error ? <Fault error={rules.error} /> : null}
      {rules.isPending ? <Loading /> : null}
      {rules.data?.length === 0 ? <Empty title="No rules yet">“Write British English.” is one that pays off soon.</Empty> : null}
      <ul className="cards">
        {rules.data?.map((rule) => (
          <li key={rule.id}>
            <button type="button" className="card card-button" onClick={() => setOpen(rule)}>
              <span className="card-head">
                <b dir="auto">{rule.name}</b>
                <Chip>{rule.placement}</Chip>
                {rule.alwaysOn ? <Chip tone="on">always on</Chip> : null}
              </span>
              <span className="card-says" dir="auto">{brief(rule.content, 220)}</span>
              <span className="chips">
                {tags.data
                  ?.filter((tag) => tag.rules.includes(rule.name) || tag.rules.includes(rule.id))
                  .map((tag) => <Chip key={tag.name}>{tag.name}</Chip>)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {open ? <RuleDialog rule={open} onClose={() => setOpen(null)} /> : null}
    </div>
  )
}

function RuleDialog({ rule, onClose }: { rule: Partial<Rule>; onClose: () => void }) {
  const [draft, setDraft] = useState(rule)
  const [run, busy] = useChange('rules', 'tags')
  const change = (part: Partial<Rule>) => setDraft((current) => ({ ...current, ...part }))
  const [project, setProject] = useState('')
  const [ending, setEnding] = useState(false)
  const path = rule.id ? `/api/rules/${encodeURIComponent(rule.id)}` : `/api/rules${query({ project })}`
  const kept = useRevision<Rule>(path, rule)
  const close = (done: boolean) => done && onClose()
  const save = (over = false) => {
    const body = { name: draft.name, content: draft.content, placement: draft.placement, alwaysOn: draft.alwaysOn ?? false, tags: draft.tags ?? [] }
    return run(() => (rule.id ? kept.put(body, over) : ask(path, { method: 'POST', body })), 'The rule counts from the next turn on.').then(close)
  }
  return (
    <Dialog title={rule.id ? 'Rule' : 'New rule'} isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label="Name" value={draft.name ?? ''} onChange={(name) => change({ name })} autoFocus isRequired />
        <Field label="Content" lines={6} value={draft.content ?? ''} onChange={(content) => change({ content })} hint="A template: {{variables}} may stand in it." />
        <Select label="Place" value={draft.placement ?? 'system'} options={placements} onChange={(placement) => change({ placement: placement as Rule['placement'] })} />
        <Toggle isSelected={draft.alwaysOn ?? false} onChange={(alwaysOn) => change({ alwaysOn })}>
          Always on
        </Toggle>
        {kept.isOvertaken ? <Overtaken what="rule" keep="Save mine over it" busy={busy} onTheirs={() => void run(async () => setDraft(await kept.theirs()))} onMine={() => void save(true)} /> : null}
        {rule.id ? null : <ProjectChoice value={project} onChange={setProject} hint="Only its members see and use it." />}
        <div className="actions end">
          {rule.id ? (
            <Button look="danger" isDisabled={busy} onPress={() => setEnding(true)}>
              Delete
            </Button>
          ) : null}
          <Button type="submit" look="main" isDisabled={busy || !draft.name || !draft.content}>
            Save
          </Button>
        </div>
      </form>
      {ending ? (
        <Confirm title={`Delete the rule “${rule.name ?? ''}”?`} act="Delete" busy={busy} onAct={() => void run(() => ask(path, { method: 'DELETE' }), 'The rule is gone.').then(close)} onClose={() => setEnding(false)}>
          <p>It is gone for good, and prompts, projects and tags that name it go on without it. Turns that had it keep it.</p>
        </Confirm>
      ) : null}
    </Dialog>
  )
}
