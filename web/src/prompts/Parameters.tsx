import { Trash2 } from 'lucide-react'
import type { Json } from '../api/types'
import { IconButton } from '../kit/Button'
import { Select } from '../kit/Fields'
import { JsonField } from '../kit/JsonField'
import { NumberField } from '../kit/NumberField'

const efforts = [{ id: '', label: 'unset' }, ...['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'].map((id) => ({ id, label: id }))]
const numbers = [
  { name: 'temperature', label: 'Temperature', range: [0, 2] },
  { name: 'topP', label: 'Top P', range: [0, 1] },
  { name: 'maxOutputTokens', label: 'Most output tokens', range: [1, Infinity] },
  { name: 'seed', label: 'Seed', range: [-Infinity, Infinity] },
] as const
const fields = new Set<string>([...numbers.map(({ name }) => name), 'reasoningEffort'])

/** Parameters of a model: the usual ones each with a field, and whatever else is set as JSON. */
export function Parameters({ values, onChange }: { values: Record<string, Json>; onChange: (values: Record<string, Json>) => void }) {
  const put = (name: string, value: Json | undefined) => {
    const { [name]: _, ...rest } = values
    onChange(value === undefined ? rest : { ...rest, [name]: value })
  }
  return (
    <>
      {numbers.map(({ name, label, range: [min, max] }) => {
        const value = values[name]
        const wrong = typeof value === 'number' && (value < min || value > max)
        return <NumberField key={name} label={label} value={value} onChange={(number) => put(name, number)} error={wrong ? `${label} is ${String(min)} to ${String(max)}.` : undefined} />
      })}
      <Select label="Reasoning effort" value={String(values['reasoningEffort'] ?? '')} options={efforts} onChange={(effort) => put('reasoningEffort', effort === '' ? undefined : effort)} />
      {Object.entries(values)
        .filter(([name]) => !fields.has(name))
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([name, value]) => (
          <div key={name} className="with-button">
            <JsonField label={name} hint="JSON" value={value} onChange={(next) => onChange({ ...values, [name]: next })} />
            <IconButton label={`Remove ${name}`} small onPress={() => put(name, undefined)}>
              <Trash2 />
            </IconButton>
          </div>
        ))}
    </>
  )
}
