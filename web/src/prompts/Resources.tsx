import { Plus, Trash2 } from 'lucide-react'
import type { Json } from '../api/types'
import { policies } from '../conversations/boxResources'
import { Button, IconButton } from '../kit/Button'
import { Choose, Field, Select } from '../kit/Fields'

type Given = Record<string, Json>

const places = [
  { id: 'text', label: 'Text', detail: 'as it stands here' },
  { id: 'url', label: 'URL', detail: 'http(s), read by the server' },
  { id: 'file', label: 'File', detail: 'the id of an uploaded file' },
  { id: 'path', label: 'Path', detail: 'a file of the workspace' },
  { id: 'ref', label: 'Reference', detail: 'a turn’s or a conversation’s id' },
]
const kinds = ['text', 'note', 'file', 'image', 'audio', 'webpage', 'table', 'task', 'turn', 'conversation', 'mcp'].map((id) => ({ id, label: id }))

/** What is bound to a prompt for the model to read. */
export function Resources({ resources, onChange }: { resources: readonly Json[]; onChange: (resources: Json[]) => void }) {
  const all = resources.map((one) => (one !== null && typeof one === 'object' && !Array.isArray(one) ? one : {}))
  const put = (n: number, given: Given) => onChange(all.map((one, m) => (m === n ? given : one)))
  return (
    <div className="field">
      <span className="field-label">Resources</span>
      {all.length > 0 ? (
        <ul className="variables" aria-label="Resources">
          {all.map((one, n) => (
            <li key={n}>
              <Resource given={one} onChange={(given) => put(n, given)} onRemove={() => onChange(all.filter((_, m) => m !== n))} />
            </li>
          ))}
        </ul>
      ) : null}
      <div className="actions">
        <Button small onPress={() => onChange([...all, { text: '' }])}>
          <Plus aria-hidden /> Resource
        </Button>
      </div>
    </div>
  )
}

function Resource({ given, onChange, onRemove }: { given: Given; onChange: (given: Given) => void; onRemove: () => void }) {
  const place = places.find(({ id }) => id in given)?.id ?? 'text'
  const text = (name: string) => (typeof given[name] === 'string' ? given[name] : '')
  const set = (name: string, value: string) => {
    const { [name]: _, ...rest } = given
    onChange(value === '' && name !== place ? rest : { ...rest, [name]: value })
  }
  const move = (next: string) => {
    const { [place]: value = '', ...rest } = given
    onChange({ ...rest, [next]: value })
  }
  return (
    <div className="definition form-grid">
      <Field label="Title" value={text('title')} onChange={(value) => set('title', value)} />
      <Select label="Where it is" value={place} options={places} onChange={move} />
      <Field label={places.find(({ id }) => id === place)?.label ?? 'Text'} value={text(place)} onChange={(value) => set(place, value)} {...(place === 'text' ? { lines: 3 } : {})} />
      <Choose label="Kind" value={text('kind')} options={kinds} placeholder="found out" onChange={(value) => set('kind', value)} />
      <Select label="How long it stays" value={text('policy') || 'once'} options={policies} onChange={(value) => set('policy', value === 'once' ? '' : value)} />
      <div className="actions end">
        <IconButton label={`Remove the resource ${text('title')}`.trim()} small onPress={onRemove}>
          <Trash2 />
        </IconButton>
      </div>
    </div>
  )
}
