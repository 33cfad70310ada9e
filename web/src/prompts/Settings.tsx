import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { models as modelsQuery, rules as rulesQuery, tags as tagsQuery, tools as toolsQuery } from '../api/queries'
import type { Json, Prompt } from '../api/types'
import { Choose, Field } from '../kit/Fields'
import { NameList } from '../kit/NameList'
import { added, withAdded } from '../tools/selection'
import { Parameters } from './Parameters'
import { Resources } from './Resources'

/** What a prompt asks of the model and brings along. */
export function Settings({ draft, onChange }: { draft: Prompt; onChange: (part: Partial<Prompt>) => void }) {
  const models = useQuery(modelsQuery).data?.data ?? []
  const tools = useQuery(toolsQuery).data ?? []
  const rules = useQuery(rulesQuery).data ?? []
  const tags = useQuery(tagsQuery).data ?? []
  const model = models.find(({ id }) => id === draft.model)
  return (
    <section aria-label="Settings" className="prompt-section">
      <h2>Model and settings</h2>
      <div className="form-grid">
        <Choose
          label="Model"
          value={draft.model ?? ''}
          onChange={(value) => onChange({ model: value })}
          placeholder="Default model"
          options={models.map(({ id, displayName }) => ({ id, label: id, detail: displayName }))}
          hint={draft.model && models.length > 0 && !model ? 'No provider lists this model; it is tried as it is.' : model?.tools === false && added(draft.tools).length > 0 ? 'This model takes no tools.' : undefined}
        />
        <Parameters values={draft.parameters ?? {}} onChange={(parameters) => onChange({ parameters })} />
      </div>
      <div className="form-grid">
        <NameList label="Tools" values={added(draft.tools)} options={tools.map(({ name, description }) => ({ id: name, label: name, detail: description }))} onChange={(names) => onChange({ tools: withAdded(draft.tools, names) })} />
        <NameList
          label="Rules"
          values={draft.rules ?? []}
          options={[...rules.map(({ name, placement }) => ({ id: name, label: name, detail: placement })), ...tags.map(({ name }) => ({ id: `tag:${name}`, label: `tag:${name}`, detail: 'all rules of the tag' }))]}
          onChange={(names) => onChange({ rules: names })}
        />
        <NameList label="Tags" values={(draft.tags ?? []).filter((tag) => tag !== 'built-in')} options={[]} onChange={(names) => onChange({ tags: names })} />
      </div>
      <Resources resources={draft.resources ?? []} onChange={(resources) => onChange({ resources })} />
      <Field label="Description" value={draft.description ?? ''} onChange={(description) => onChange({ description })} />
      <Schema
        schema={draft.output?.schema}
        onChange={(schema) => {
          const { schema: _, ...rest } = draft.output ?? {}
          onChange({ output: schema === undefined ? rest : { ...rest, schema } })
        }}
      />
    </section>
  )
}

function Schema({ schema, onChange }: { schema: Json | undefined; onChange: (schema: Json | undefined) => void }) {
  const [text, setText] = useState(schema === undefined ? '' : JSON.stringify(schema, null, 2))
  const [wrong, setWrong] = useState<string>()
  return (
    <Field
      label="Output schema"
      hint="JSON Schema of a structured answer; empty for free text"
      lines={text ? 8 : 2}
      mono
      value={text}
      error={wrong}
      onChange={(typed) => {
        setText(typed)
        try {
          onChange(typed.trim() === '' ? undefined : (JSON.parse(typed) as Json))
          setWrong(undefined)
        } catch (error) {
          setWrong(`This is not JSON yet: ${(error as Error).message}`)
        }
      }}
    />
  )
}
