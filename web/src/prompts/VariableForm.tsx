import { useId } from 'react'
import { Label, Radio, RadioGroup, Text } from 'react-aria-components'
import type { Json, Variable } from '../api/types'
import { Button } from '../kit/Button'
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
  if (type === 'boolean') return <OneOf label={label} hint={hint} error={error} options={[...unset, ...yesNo]} value={value === true ? 'yes' : value === false ? 'no' : unset.length > 0 ? '' : null} onChange={(said) => onChange(said === '' ? undefined : said === 'yes')} />
  if (type === 'list' && options.length > 0) return <ManyOf label={label} hint={hint} error={error} options={choices.map(({ id }) => id)} value={Array.isArray(value) ? value.map(String) : null} preset={Array.isArray(definition.default) ? definition.default.map(String) : []} unset={unset[0]?.label} onChange={onChange} />
  if (options.length > 0 && allowOther) return <Choose label={label} hint={hint} error={error} value={text} onChange={give} options={choices} placeholder={placeholder} />
  if (options.length > 0 && (input === 'radio' || (input === undefined && options.length <= 4))) return <OneOf label={label} hint={hint} error={error} options={[...unset, ...choices]} value={text || (unset.length > 0 ? '' : null)} onChange={give} />
  if (options.length > 0) return <Select label={label} hint={hint} error={error} value={text || (unset.length > 0 ? '' : null)} onChange={give} options={[...unset, ...choices]} />
  if (type === 'number' || type === 'integer') {
    if (input === 'slider' && definition.min !== undefined && definition.max !== undefined) return <Slide definition={definition} label={label} hint={hint} error={error} value={isUnset ? (definition.default ?? null) : value} onChange={onChange} />
    return <NumberField label={label} hint={hint} error={error} value={value} placeholder={placeholder} onChange={onChange} />
  }
  if (type === 'date') return <Field label={label} hint={hint} error={error} type="date" value={text} onChange={give} />
  if (type === 'list' || type === 'object' || type === 'messages' || type === 'any') return <Structured label={label} hint={hint ?? (type === 'list' ? 'One a line, or JSON' : type === 'any' ? 'Text, or JSON' : 'JSON')} error={error} type={type} value={value} placeholder={placeholder} onChange={onChange} />
  if (type === 'image' || type === 'file') return <MediaField label={label} hint={hint} error={error} type={type} value={text} placeholder={placeholder} onChange={give} />
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

function OneOf({ label, hint, error, options, value, onChange }: { label: string; hint?: string | undefined; error: string | undefined; options: { id: string; label: string }[]; value: string | null; onChange: (value: string) => void }) {
  return (
    <RadioGroup className="field" value={value} onChange={onChange} isInvalid={Boolean(error)}>
      <Label>{label}</Label>
      <div className="segments">
        {options.map(({ id, label: said }) => (
          <Radio key={id} value={id} className="segment">
            {said}
          </Radio>
        ))}
      </div>
      {hint ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      {error ? (
        <Text slot="errorMessage" className="wrong">
          {error}
        </Text>
      ) : null}
    </RadioGroup>
  )
}

interface ManyProps {
  label: string
  hint: string | undefined
  error: string | undefined
  options: string[]
  /** Null: nothing is chosen here, and the default counts. */
  value: string[] | null
  preset: string[]
  /** What is said of choosing nothing here; undefined when something must be chosen. */
  unset: string | undefined
  onChange: (value: string[] | undefined) => void
}

function ManyOf({ label, hint, error, options, value, preset, unset, onChange }: ManyProps) {
  const id = useId()
  const chosen = value ?? preset
  const about = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <fieldset className="field" data-invalid={error ? true : undefined} aria-describedby={about || undefined}>
      <legend>{label}</legend>
      <div className="chips">
        {options.map((option) => (
          <Checkbox key={option} isSelected={chosen.includes(option)} onChange={(on) => onChange(on ? [...chosen, option] : chosen.filter((one) => one !== option))}>
            {option}
          </Checkbox>
        ))}
        {unset !== undefined && value !== null ? (
          <Button small onPress={() => onChange(undefined)}>
            {unset}
          </Button>
        ) : null}
      </div>
      {hint ? (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      ) : null}
      {error ? (
        <span className="wrong" id={`${id}-error`}>
          {error}
        </span>
      ) : null}
    </fieldset>
  )
}

/** A slider of which nothing is chosen yet says so, and stands in the middle. */
function Slide({ definition, label, hint, error, value, onChange }: { definition: Variable; label: string; hint?: string | undefined; error: string | undefined; value: Json; onChange: (value: number) => void }) {
  const { min = 0, max = 1, step, type } = definition
  const isSet = value !== null && Number.isFinite(Number(value))
  return (
    <label className="field">
      <span>
        {label}: {isSet ? String(value) : '– not chosen'}
      </span>
      <input
        type="range"
        aria-invalid={error ? true : undefined}
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
      {error ? <span className="wrong">{error}</span> : null}
    </label>
  )
}
