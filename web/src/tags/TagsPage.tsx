import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { ask } from '../api/http'
import { rules as rulesQuery, tags as tagsQuery } from '../api/queries'
import type { Tag } from '../api/types'
import { Chip, Empty, Fault, Loading, PageHead } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Confirm } from '../kit/Confirm'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { NameList } from '../kit/NameList'
import { Overtaken } from '../kit/Overtaken'
import { useChange } from '../kit/useChange'
import { useRevision } from '../kit/useRevision'
import { many } from '../kit/words'

export default function TagsPage() {
  const tags = useQuery(tagsQuery)
  const [open, setOpen] = useState<{ tag: Tag; isNew: boolean } | null>(null)
  return (
    <div className="page">
      <PageHead title="Tags" under="Bundles of rules: choose a tag, and all of its rules count.">
        <Button look="main" onPress={() => setOpen({ tag: { name: '', rules: [] }, isNew: true })}>
          <Plus aria-hidden /> New tag
        </Button>
      </PageHead>
      {tags.error ? <Fault error={tags.error} /> : null}
      {tags.isPending ? <Loading /> : null}
      {tags.data?.length === 0 ? <Empty title="No tags yet">A tag saves naming five rules each time.</Empty> : null}
      <ul className="cards">
        {tags.data?.map((tag) => (
          <li key={tag.name}>
            <button type="button" className="card card-button" onClick={() => setOpen({ tag, isNew: false })}>
              <span className="card-head">
                <b dir="auto">{tag.name}</b>
                <small>{many(tag.rules.length, 'rule')}</small>
              </span>
              {tag.description ? <span className="card-says" dir="auto">{tag.description}</span> : null}
              <span className="chips">
                {tag.rules.map((rule) => (
                  <Chip key={rule}>{rule}</Chip>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {open ? <TagDialog tag={open.tag} isNew={open.isNew} onClose={() => setOpen(null)} /> : null}
    </div>
  )
}

function TagDialog({ tag, isNew, onClose }: { tag: Tag; isNew: boolean; onClose: () => void }) {
  const rules = useQuery(rulesQuery)
  const [draft, setDraft] = useState(tag)
  const [ending, setEnding] = useState(false)
  const [run, busy] = useChange('tags', 'rules')
  const path = isNew ? '/api/tags' : `/api/tags/${encodeURIComponent(tag.name)}`
  const kept = useRevision<Tag>(path, tag)
  const close = (done: boolean) => done && onClose()
  const save = (over = false) => {
    const body = { name: draft.name, rules: draft.rules, ...(draft.description ? { description: draft.description } : {}) }
    return run(() => (isNew ? ask(path, { method: 'POST', body }) : kept.put(body, over)), 'The tag is kept.').then(close)
  }
  return (
    <Dialog title={isNew ? 'New tag' : 'Tag'} isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label="Name" value={draft.name} onChange={(name) => setDraft({ ...draft, name })} autoFocus isRequired isReadOnly={!isNew} />
        <Field label="Description" value={draft.description ?? ''} onChange={(description) => setDraft({ ...draft, description })} />
        <NameList label="Rules" values={draft.rules} options={(rules.data ?? []).map(({ name, placement }) => ({ id: name, label: name, detail: placement }))} onChange={(names) => setDraft({ ...draft, rules: names })} />
        {kept.isOvertaken ? <Overtaken what="tag" keep="Save mine over it" busy={busy} onTheirs={() => void run(async () => setDraft(await kept.theirs()))} onMine={() => void save(true)} /> : null}
        <div className="actions end">
          {isNew ? null : (
            <Button look="danger" isDisabled={busy} onPress={() => setEnding(true)}>
              Delete
            </Button>
          )}
          <Button type="submit" look="main" isDisabled={busy || !draft.name}>
            Save
          </Button>
        </div>
      </form>
      {ending ? (
        <Confirm title={`Delete the tag “${tag.name}”?`} act="Delete" busy={busy} onAct={() => void run(() => ask(path, { method: 'DELETE' }), 'The tag is gone; its rules are not.').then(close)} onClose={() => setEnding(false)}>
          <p>The bundle is gone for good; its rules stay, but whoever chose them by this tag has them no longer.</p>
        </Confirm>
      ) : null}
    </Dialog>
  )
}
