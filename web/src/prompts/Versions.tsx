import { useQuery } from '@tanstack/react-query'
import { Ellipsis, Tag } from 'lucide-react'
import { Suspense, useState } from 'react'
import { ask, json } from '../api/http'
import type { Page, Prompt } from '../api/types'
import { Chip, Fault, Loading } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { later } from '../kit/later'
import { Menu } from '../kit/Menu'
import { sayError } from '../kit/Toasts'
import { useChange } from '../kit/useChange'
import { moment } from '../kit/words'
import { versionOf } from './PromptEditor'
import { readable } from './text'

const Diff = later(() => import('./Diff'))

interface Props {
  name: string
  draft: Prompt
  onRestore: (prompt: Prompt) => void
}

/** Who saved what and when; labels are dragged to a version, or moved by menu. */
export function Versions({ name, draft, onRestore }: Props) {
  const path = `/api/prompts/${encodeURIComponent(name)}`
  const versions = useQuery({ queryKey: ['prompts', name, 'versions'], queryFn: () => json<Page<Prompt> | Prompt[]>(`${path}/versions`) })
  const [compared, setCompared] = useState<number | null>(null)
  const [naming, setNaming] = useState<number | null>(null)
  const [run] = useChange('prompts')
  if (!versions.data) return versions.error ? <Fault error={versions.error} /> : <Loading what="Reading the versions" />
  const all = Array.isArray(versions.data) ? versions.data : versions.data.data
  const labels = [...new Set(all.flatMap((one) => one.labels ?? []))]
  const move = (label: string, version: number) => void run(() => ask(`${path}/labels/${encodeURIComponent(label)}`, { method: 'PUT', body: { version } }), `“${label}” now names version ${String(version)}.`)
  const unlabel = (label: string) => void run(() => ask(`${path}/labels/${encodeURIComponent(label)}`, { method: 'DELETE' }), `“${label}” is gone.`)
  return (
    <>
      <ol className="versions" aria-label="Versions">
        {all.map((one) => {
          const version = one.version ?? 0
          return (
            <li
              key={version}
              className="version"
              onDragOver={(event) => event.dataTransfer.types.includes('text/x-label') && event.preventDefault()}
              onDrop={(event) => {
                event.preventDefault()
                const label = event.dataTransfer.getData('text/x-label')
                if (label) move(label, version)
              }}
            >
              <div className="version-head">
                <b>v{version}</b>
                {one.labels?.map((label) => (
                  <span key={label} className={`chip drag ${label === 'production' ? 'good' : 'on'}`} draggable onDragStart={(event) => event.dataTransfer.setData('text/x-label', label)} title="Drag it to another version, or use the menu">
                    <Tag aria-hidden /> {label}
                  </span>
                ))}
                <span className="turn-tools">
                  <Button small onPress={() => setCompared(version)}>
                    Compare
                  </Button>
                  <Menu
                    label={`Version ${String(version)}`}
                    choices={[
                      { id: 'restore', label: 'Bring back into the editor', act: () => void versionOf(name, version).then(onRestore, sayError) },
                      { id: 'label', label: 'New label…', act: () => setNaming(version) },
                      ...[...new Set(['production', ...labels])].filter((label) => !one.labels?.includes(label)).map((label) => ({ id: `to-${label}`, label: `Move “${label}” here`, act: () => move(label, version) })),
                      ...(one.labels ?? []).map((label) => ({ id: `off-${label}`, label: `Take “${label}” away`, danger: true, act: () => unlabel(label) })),
                    ]}
                  >
                    <IconButton label={`Labels and more of version ${String(version)}`} small>
                      <Ellipsis />
                    </IconButton>
                  </Menu>
                </span>
              </div>
              <div className="soft version-says">
                {one.createdAt ? moment(one.createdAt) : ''}
                {one.author ? ` · ${one.author}` : ''}
                {one.note ? ` · ${one.note}` : ''}
              </div>
            </li>
          )
        })}
      </ol>
      {compared === null ? null : <CompareDialog name={name} version={compared} draft={draft} all={all} onClose={() => setCompared(null)} />}
      {naming === null ? null : (
        <LabelDialog
          onClose={() => setNaming(null)}
          onName={(label) => {
            move(label, naming)
            setNaming(null)
          }}
        />
      )}
    </>
  )
}

function LabelDialog({ onName, onClose }: { onName: (label: string) => void; onClose: () => void }) {
  const [label, setLabel] = useState('')
  return (
    <Dialog title="A new label" isOpen onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (label.trim()) onName(label.trim())
        }}
      >
        <Field label="Label" value={label} onChange={setLabel} autoFocus hint={<Chip>staging</Chip>} />
        <div className="actions end">
          <Button type="submit" look="main" isDisabled={label.trim() === ''}>
            Set it
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function CompareDialog({ name, version, draft, all, onClose }: { name: string; version: number; draft: Prompt; all: Prompt[]; onClose: () => void }) {
  const [other, setOther] = useState<number | 'draft'>(() => all.find((one) => (one.version ?? 0) > version)?.version ?? 'draft')
  const left = useQuery({ queryKey: ['prompts', name, version, 'compare'], queryFn: () => versionOf(name, version) })
  const right = useQuery({ queryKey: ['prompts', name, other, 'compare'], queryFn: () => versionOf(name, Number(other)), enabled: other !== 'draft' })
  const after = other === 'draft' ? draft : right.data
  const error = left.data ? right.error : left.error
  return (
    <Dialog title={`Version ${String(version)} beside ${other === 'draft' ? 'what is written now' : `version ${String(other)}`}`} isOpen onClose={onClose} shape="wide" isLight>
      <div className="chips" role="group" aria-label="Compared with">
        <button type="button" className="pill" aria-pressed={other === 'draft'} onClick={() => setOther('draft')}>
          as written now
        </button>
        {all
          .filter((one) => one.version !== version)
          .map((one) => (
            <button key={one.version} type="button" className="pill" aria-pressed={other === one.version} onClick={() => setOther(one.version ?? 0)}>
              v{one.version}
            </button>
          ))}
      </div>
      {left.data && after ? (
        <Suspense fallback={<Loading />}>
          <Diff before={readable(left.data)} after={readable(after)} labels={[`Version ${String(version)}`, other === 'draft' ? 'As written now' : `Version ${String(other)}`]} />
        </Suspense>
      ) : error ? (
        <Fault error={error} />
      ) : (
        <Loading />
      )}
    </Dialog>
  )
}
