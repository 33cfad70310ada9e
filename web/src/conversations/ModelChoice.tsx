import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { json } from '../api/http'
import type { Model, Models, Prompt } from '../api/types'
import { Choose, Select } from '../kit/Fields'

interface Props {
  models: readonly Model[]
  /** The chosen model's id; empty for the default. */
  model: string
  /** What the default is here; empty while it is not known. */
  usual: string
  onModel: (model: string) => void
}

const many = 40

/** Which model answers. Of many, one is found by its letters. */
export function ModelChoice({ models, model, usual, onModel }: Props) {
  const none = usual ? `Default: ${usual}` : 'Default model'
  if (models.length > many) return <Sought models={models} model={model} none={none} onModel={onModel} />
  const options = [{ id: '', label: none }, ...models.map(({ id, displayName }) => ({ id, label: displayName ?? id, detail: displayName ? id : undefined }))]
  if (model && !models.some(({ id }) => id === model)) options.push({ id: model, label: model })
  return <Select label="Model" hidden small value={model} onChange={onModel} options={options} />
}

/** Only a whole name is a choice: what is half typed is not, until the field is left. */
function Sought({ models, model, none, onModel }: Omit<Props, 'usual'> & { none: string }) {
  const [text, setText] = useState(model)
  useEffect(() => setText(model), [model])
  const choose = (next: string) => next !== model && onModel(next)
  return (
    <div onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && choose(text.trim())}>
      <Choose
        label="Model"
        hidden
        value={text}
        placeholder={none}
        options={models.map(({ id, displayName }) => ({ id, label: id, detail: displayName }))}
        onChange={(next) => {
          setText(next)
          if (next === '' || models.some(({ id }) => id === next)) choose(next)
        }}
      />
    </div>
  )
}

/** The model that answers where none is chosen: the prompt's, the project's, or the server's. */
export function useUsualModel(models: Models | undefined, prompt: Prompt | undefined, project: string | undefined): string {
  const asks = Boolean(project) && !prompt?.model
  const effective = useQuery({ queryKey: ['projects', project, 'effective'], queryFn: () => json<{ model?: { value: string } }>(`/api/projects/${encodeURIComponent(project ?? '')}/effective`), enabled: asks })
  return prompt?.model || (asks ? (effective.data ? (effective.data.model?.value ?? models?.default ?? '') : '') : (models?.default ?? ''))
}
