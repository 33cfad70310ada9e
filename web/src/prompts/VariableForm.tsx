import { Radio, RadioGroup, Label } from 'react-aria-components'
import type { Json, Variable } from '../api/types'
import { Checkbox, Choose, Field, Select } from '../kit/Fields'
import { NumberField } from '../kit/NumberField'
import { useTyped } from '../kit/useTyped'
import { pretty } from '../kit/words'
import { MediaField } from './MediaField'
import { defaultOf, parsed, shown } from './values'

interface Props {
  definitions: readonly Variable[]
  values: Record<string, Json>
  /** Undefined takes the value away. */
  onChange: (name: string, value: Json | undefined) => void
  /** Secrets that have a value, which nobody is shown. */
  kept?: readonly string[]
  /** What is wrong with values, by their names. */
  errors?: Record<string, string>
}

const none: readonly string[] = []
const noErrors: Record<string, string> = {}
const yesNo = ['yes', 'no'].map((id) => ({ id, label: id }))

/** A form made of variables' definitions: each type has its control. */
export const VariableForm = ({ definitions, values, onChange, kept = none, errors = noErrors }: Props) => (
  <div className="form-grid">
    {definitions.map((definition) => (
      <VariableField key={definition.name} definition={definition} value={values[definition.name]} isKept={kept.includes(definition.name)} error={errors[definition.name]} onChange={(value) => onChange(definition.name, value)} />
    ))}
  </div>
)

interface FieldProps {
  definition: Variable
  value: Json | undefined
  isKept: boolean
  error: string | undefined
  onChange: (value: Json | undefined) => void
}

function VariableField({ definition, value, isKept, error, onChange }: FieldProps) {
  const { type, input, options = [], description, allowOther } = definition
  const label = `${definition.label ?? definition.name}${definition.required ? ' *' : ''}`
  const hint = description
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : pretty(value)
  const give = (typed: string) => onChange(typed === '' ? undefined : typed)
  const placeholder = definition.default === undefined || definition.default === null ? '' : String(pretty(definition.default))
  const choices = options.map((option) => ({ id: String(option), label: String(option) }))
  // What is left out is said by another layer, or by the default.
  const unset = definition.required && placeholder === '' ? [] : [{ id: '', label: placeholder === '' ? 'Not set' : `Default: ${type === 'boolean' ? (definition.default === true ? 'yes' : 'no') : placeholder}` }]

  const isUnset = value === undefined || value === null
  if (definition.secret) return <Hidden label={label} hint={hint} error={error} type={type} value={value} placeholder={isKept ? 'Kept; type to replace it' : placeholder} onChange={onChange} />
  if (type === 'boolean') return <OneOf label={label} hint={hint} options={[...unset, ...yesNo]} value={value === true ? 'yes' : value === false ? 'no' : unset.length > 0 ? '' : null} onChange={(said) => onChange(said === '' ? undefined : said === 'yes')} />
  if (type === 'list' && options.length > 0) return <ManyOf label={label} options={choices.map(({ id }) => id)} value={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />
  if (options.length > 0 && allowOther) return <Choose label={label} hint={hint} value={text} onChange={give} options={choices} placeholder={placeholder} />
  if (options.length > 0 && (input === 'radio' || (input === undefined && options.length <= 4))) return <OneOf label={label} hint={hint} options={[...unset, ...choices]} value={text || (unset.length > 0 ? '' : null)} onChange={give} />
  if (options.length > 0) return <Select label={label} hint={hint} value={text || (unset.length > 0 ? '' : null)} onChange={give} options={[...unset, ...choices]} />
  if (type === 'number' || type === 'integer') {
    if (input === 'slider' && definition.min !== undefined && definition.max !== undefined) return <Slide definition={definition} label={label} hint={hint} value={isUnset ? (definition.default ?? null) : value} onChange={onChange} />
    return <NumberField label={label} hint={hint} error={error} value={value} placeholder={placeholder} onChange={onChange} />
  }
  if (type === 'date') return <Field label={label} hint={hint} error={error} type="date" value={text} onChange={give} />
  if (type === 'list' || type === 'object' || type === 'messages' || type === 'any') return <Structured label={label} hint={hint ?? (type === 'list' ? 'One a line, or JSON' : type === 'any' ? 'Text, or JSON' : 'JSON')} error={error} type={type} value={value} placeholder={placeholder} onChange={onChange} />
  if (type === 'image' || type === 'file') return <MediaField label={label} hint={hint} type={type} value={text} placeholder={placeholder} onChange={give} />
  const long = type === 'text' || input === 'textarea'
  return <Field label={label} hint={hint} error={error} value={text} onChange={give} placeholder={placeholder} {...(long ? { lines: 4 } : {})} />
}

interface StructuredProps {
  label: string
  hint: string | undefined
  error: string | undefined
  type: string
  value: Json | undefined
  placeholder: string
  onChange: (value: Json | undefined) => void
}

/** A secret, whatever its type: nobody reads it from the screen. */
function Hidden({ type, value, onChange, ...rest }: StructuredProps) {
  const [text, typed] = useTyped<Json | undefined>(value ?? undefined, (one) => (typeof one === 'string' ? one : shown(one, type)), (written) => secretOf(written, type))
  return <Field {...rest} type="password" value={text} onChange={(written) => onChange(typed(written))} />
}

const secretOf = (written: string, type: string): Json | undefined => (type === 'list' || type === 'object' || type === 'messages' || type === 'any' ? parsed(written, type) : defaultOf(written, type))

function Structured({ type, value, onChange, ...rest }: StructuredProps) {
  const [text, typed] = useTyped<Json | undefined>(value ?? undefined, (one) => shown(one, type), (written) => parsed(written, type))
  return <Field {...rest} lines={3} mono value={text} onChange={(written) => onChange(typed(written))} />
}

function OneOf({ label, hint, options, value, onChange }: { label: string; hint?: string | undefined; options: { id: string; label: string }[]; value: string | null; onChange: (value: string) => void }) {
  return (
    <RadioGroup className="field" value={value} onChange={onChange}>
      <Label>{label}</Label>
      <div className="segments">
        {options.map(({ id, label: said }) => (
          <Radio key={id} value={id} className="segment">
            {said}
          </Radio>
        ))}
      </div>
      {hint ? <span className="hint">{hint}</span> : null}
    </RadioGroup>
  )
}

function ManyOf({ label, options, value, onChange }: { label: string; options: string[]; value: string[]; onChange: (value: string[]) => void }) {
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      <div className="chips">
        {options.map((option) => (
          <Checkbox key={option} isSelected={value.includes(option)} onChange={(on) => onChange(on ? [...value, option] : value.filter((one) => one !== option))}>
            {option}
          </Checkbox>
        ))}
      </div>
    </fieldset>
  )
}

/** A slider of which nothing is chosen yet says so, and stands in the middle. */
function Slide({ definition, label, hint, value, onChange }: { definition: Variable; label: string; hint?: string | undefined; value: Json; onChange: (value: number) => void }) {
  const { min = 0, max = 1, step, type } = definition
  const isSet = value !== null && Number.isFinite(Number(value))
  return (
    <label className="field">
      <span>
        {label}: {isSet ? String(value) : '– not chosen'}
      </span>
      <input
        type="range"
        className={isSet ? '' : 'unset'}
        min={min}
        max={max}
        step={step ?? (type === 'integer' ? 1 : 'any')}
        value={isSet ? Number(value) : (min + max) / 2}
        onChange={(event) => onChange(Number(event.target.value))}
        onPointerUp={(event) => !isSet && onChange(Number(event.currentTarget.value))}
        onKeyUp={(event) => !isSet && (event.key === 'Enter' || event.key === ' ') && onChange(Number(event.currentTarget.value))}
      />
      {hint ? <span className="hint">{hint}</span> : null}
    </label>
  )
}
