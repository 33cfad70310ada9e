import { Plus, Trash2 } from 'lucide-react'
import type { Expectation, ExpectationKind, Json } from '../api/types'
import { Button, IconButton } from '../kit/Button'
import { Field, Select } from '../kit/Fields'
import { useFocusNear } from '../kit/useFocusNear'
import { useTyped } from '../kit/useTyped'
import { pretty } from '../kit/words'

const kinds: { id: ExpectationKind; label: string; detail?: string }[] = [
  { id: 'contains', label: 'The answer has' },
  { id: 'notContains', label: 'The answer has not' },
  { id: 'equal', label: 'The answer is' },
  { id: 'matches', label: 'The answer matches', detail: 'a regular expression of .NET' },
  { id: 'json', label: 'The answer is JSON', detail: 'a JSON Schema, or true for any' },
  { id: 'calls', label: 'The model calls the tool' },
  { id: 'notCalls', label: 'The model does not call the tool' },
  { id: 'sends', label: 'What is sent has', detail: 'asks no model' },
  { id: 'notSends', label: 'What is sent has not', detail: 'asks no model' },
  { id: 'maxOutputTokens', label: 'Output tokens at most' },
  { id: 'maxSeconds', label: 'Seconds at most' },
]

const kindOf = (one: Expectation): ExpectationKind => kinds.find(({ id }) => one[id] !== undefined)?.id ?? 'contains'
const isNumber = (kind: ExpectationKind) => kind === 'maxOutputTokens' || kind === 'maxSeconds'

/** A value as it is typed: a number where one is needed, JSON where that is; else, and where it is none, the text. */
const read = (kind: ExpectationKind, text: string): Json => {
  if (isNumber(kind)) {
    const number = text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'))
    return Number.isFinite(number) ? number : text
  }
  if (kind !== 'json') return text
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** What is wrong with an expectation though it is being typed; a text that is still empty is asked for when it is saved. */
export function wrongOf(one: Expectation): string | undefined {
  const kind = kindOf(one)
  const value = one[kind]
  if (kind === 'maxOutputTokens' && !(typeof value === 'number' && value > 0 && Number.isInteger(value))) return 'A whole number above 0 is needed.'
  if (kind === 'maxSeconds' && !(typeof value === 'number' && value > 0)) return 'A number above 0 is needed, such as 2.5.'
  if (kind === 'json' && value !== true && (value === null || typeof value !== 'object' || Array.isArray(value))) return 'This is no JSON Schema yet: an object is needed, or true.'
  return undefined
}

/** What must be so, all of it. */
export function Expectations({ all, onChange }: { all: readonly Expectation[]; onChange: (all: Expectation[]) => void }) {
  const near = useFocusNear<HTMLFieldSetElement>('button[aria-label^="Remove expectation"]', '.expectations > button')
  return (
    <fieldset className="expectations" {...near}>
      <legend>It passes when</legend>
      {all.map((one, n) => (
        <One key={`${String(n)}-${kindOf(one)}`} one={one} n={n} onChange={(next) => onChange(all.map((other, m) => (m === n ? next : other)))} onRemove={all.length > 1 ? () => onChange(all.filter((_, m) => m !== n)) : null} />
      ))}
      <Button small onPress={() => onChange([...all, { contains: '' }])}>
        <Plus aria-hidden /> Expectation
      </Button>
    </fieldset>
  )
}

function One({ one, n, onChange, onRemove }: { one: Expectation; n: number; onChange: (one: Expectation) => void; onRemove: (() => void) | null }) {
  const kind = kindOf(one)
  const [text, type] = useTyped<Json>(one[kind] ?? '', (value) => (typeof value === 'string' ? value : pretty(value)), (typed) => read(kind, typed))
  return (
    <div className="expectation">
      <Select label={`Expectation ${String(n + 1)}`} hidden small value={kind} options={kinds} onChange={(chosen) => onChange({ [chosen]: isNumber(chosen as ExpectationKind) ? 1 : chosen === 'json' ? true : typeof one[kind] === 'string' ? one[kind] : '' })} />
      <Field label={`What expectation ${String(n + 1)} wants`} hidden value={text} mono={kind === 'matches' || kind === 'json'} {...(kind === 'json' ? { lines: 3 } : {})} error={wrongOf(one)} onChange={(typed) => onChange({ [kind]: type(typed) })} />
      {onRemove ? (
        <IconButton label={`Remove expectation ${String(n + 1)}`} small onPress={onRemove}>
          <Trash2 />
        </IconButton>
      ) : null}
    </div>
  )
}
