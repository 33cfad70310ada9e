import { X } from 'lucide-react'
import { useState } from 'react'
import { Choose, type Option } from './Fields'

interface Props {
  label: string
  hint?: string
  values: readonly string[]
  options: readonly Option[]
  onChange: (values: string[]) => void
}

/** A list of names as chips, with a field to add one. */
export function NameList({ label, hint, values, options, onChange }: Props) {
  const [text, setText] = useState('')
  const add = (name: string) => {
    const value = name.trim()
    if (value && !values.includes(value)) onChange([...values, value])
    setText('')
  }
  return (
    <div className="field">
      <span className="field-label">{label}</span>
      {values.length > 0 ? (
        <ul className="name-list" aria-label={label}>
          {values.map((value) => (
            <li key={value} className="chip" dir="auto">
              {value}
              <button type="button" className="chip-drop" aria-label={`Remove ${value}`} onClick={() => onChange(values.filter((one) => one !== value))}>
                <X aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <div
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !text.trim()) return
          event.preventDefault()
          const isChosen = event.target instanceof HTMLElement && event.target.hasAttribute('aria-activedescendant') // the list takes it
          if (!isChosen) add(text)
        }}
        onBlur={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget)) add(text)
        }}
      >
        <Choose
          label={`Add to ${label}`}
          hidden
          value={text}
          placeholder="Add…"
          options={options.filter(({ id }) => !values.includes(id))}
          onChange={setText}
          onPick={add}
        />
      </div>
      {hint ? <span className="hint">{hint}</span> : null}
    </div>
  )
}
