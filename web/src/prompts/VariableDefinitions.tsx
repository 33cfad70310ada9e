import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Json, Variable } from '../api/types'
import { Button, IconButton } from '../kit/Button'
import { Checkbox, Field, Select } from '../kit/Fields'
import { NumberField } from '../kit/NumberField'
import { useTyped } from '../kit/useTyped'
import { brief, many } from '../kit/words'
import { defaultOf, optionsOf, presetOf } from './values'

const types = ['string', 'text', 'number', 'integer', 'boolean', 'enum', 'list', 'object', 'date', 'image', 'file', 'messages', 'any'].map((id) => ({ id, label: id }))
const page = 50

interface Props {
  variables: readonly Variable[]
  used: readonly string[]
  onChange: (variables: Variable[]) => void
}

/** The typed holes of a prompt; one is opened at a time. */
export function VariableDefinitions({ variables, used, onChange }: Props) {
  const [open, setOpen] = useState<number | null>(null)
  const [shown, setShown] = useState(page)
  const drop = (n: number) => {
    setOpen(open === null || open === n ? null : open > n ? open - 1 : open)
    onChange(variables.filter((_, m) => m !== n))
  }
  const put = (n: number, part: Partial<Variable>) => onChange(variables.map((one, m) => (m === n ? clean({ ...one, ...part }) : one)))
  return (
    <section aria-label="Variables" className="prompt-section">
      <h2>
        Variables <small>{variables.length > 0 ? many(variables.length, 'variable') : 'write {{name}} in a message'}</small>
      </h2>
      <ul className="variables">
        {variables.slice(0, shown).map((one, n) => (
          <li key={n} className={open === n ? 'open' : ''}>
            <div className="variable-row">
              <button type="button" className="fold-head" aria-expanded={open === n} onClick={() => setOpen(open === n ? null : n)}>
                <code>{one.name || 'unnamed'}</code>
                <span className="soft">
                  {one.type}
                  {one.required ? ', required' : ''}
                  {one.default !== undefined && one.default !== null ? `, default ${brief(one.default, 30)}` : ''}
                </span>
                {used.includes(one.name) ? null : <span className="chip warn">not used</span>}
              </button>
              <IconButton label={`Remove ${one.name}`} small onPress={() => drop(n)}>
                <Trash2 />
              </IconButton>
            </div>
            {open === n ? <Definition variable={one} onChange={(part) => put(n, part)} /> : null}
          </li>
        ))}
      </ul>
      <div className="actions">
        <Button
          small
          onPress={() => {
            setOpen(variables.length)
            setShown(Math.max(shown, variables.length + 1))
            onChange([...variables, { name: '', type: 'string' }])
          }}
        >
          <Plus aria-hidden /> Variable
        </Button>
        {shown < variables.length ? (
          <Button small onPress={() => setShown(variables.length)}>
            Show all {variables.length}
          </Button>
        ) : null}
      </div>
    </section>
  )
}

function Definition({ variable, onChange }: { variable: Variable; onChange: (part: Partial<Variable>) => void }) {
  const numeric = variable.type === 'number' || variable.type === 'integer'
  const [preset, typePreset] = useTyped<Json | undefined>(variable.default ?? undefined, (value) => (value === undefined ? '' : presetOf(value, variable.type)), (text) => defaultOf(text, variable.type))
  const [options, typeOptions] = useTyped<Json[]>(variable.options ?? [], (all) => all.map(String).join('\n'), (text) => optionsOf(text, variable.options ?? []))
  return (
    <div className="definition form-grid">
      <Field label="Name" value={variable.name} onChange={(name) => onChange({ name })} error={variable.name && !/^[A-Za-z_]\w*$/.test(variable.name) ? 'Letters, digits and _, not a digit first.' : undefined} />
      <Select label="Type" value={variable.type} options={types} onChange={(type) => onChange({ type })} />
      <Field label="Label" value={variable.label ?? ''} onChange={(label) => onChange({ label })} />
      <Field label="Default" value={preset} onChange={(text) => onChange({ default: typePreset(text) })} />
      <Field label="Description" value={variable.description ?? ''} onChange={(description) => onChange({ description })} />
      {variable.type === 'enum' || variable.type === 'list' || variable.type === 'string' ? (
        <Field label="Options" hint="One a line" lines={3} value={options} onChange={(text) => onChange({ options: typeOptions(text) })} />
      ) : null}
      {numeric ? <NumberField label="At least" value={variable.min} onChange={(min) => onChange({ min })} /> : null}
      {numeric ? <NumberField label="At most" value={variable.max} onChange={(max) => onChange({ max })} /> : null}
      {variable.type === 'string' || variable.type === 'text' ? <NumberField label="Longest" value={variable.maxLength} onChange={(maxLength) => onChange({ maxLength })} /> : null}
      <div className="checks">
        <Checkbox isSelected={variable.required ?? false} onChange={(required) => onChange({ required })}>
          Required
        </Checkbox>
        <Checkbox isSelected={variable.secret ?? false} onChange={(secret) => onChange({ secret })}>
          Secret
        </Checkbox>
        {variable.options && variable.options.length > 0 ? (
          <Checkbox isSelected={variable.allowOther ?? false} onChange={(allowOther) => onChange({ allowOther })}>
            Other values too
          </Checkbox>
        ) : null}
      </div>
    </div>
  )
}

function clean(variable: Variable): Variable {
  const kept = Object.entries(variable).filter(([name, value]) => name === 'name' || (value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)))
  return Object.fromEntries(kept) as Variable
}
