import { useState } from 'react'
import { json } from '../api/http'
import type { FormField, Json, Question } from '../api/types'
import { Button } from '../kit/Button'
import { Checkbox, Field, Select } from '../kit/Fields'
import { sayError } from '../kit/Toasts'
import { contentOf, type Filled } from './forms'

interface Props {
  turn: string
  callId: string
  name: string
  questions: Record<string, Question>
}

/** What a tool asks in the middle of its call, as forms. */
export function Questions({ turn, callId, name, questions }: Props) {
  const [filled, setFilled] = useState<Record<string, Filled>>({})
  const [sent, setSent] = useState(false)
  const send = (body: Record<string, Json>) => {
    setSent(true)
    json(`/api/turns/${encodeURIComponent(turn)}/tool-results`, { method: 'POST', body: { callId, ...body } }).catch((error: unknown) => {
      setSent(false)
      sayError(error)
    })
  }
  const accept = () => send({ output: Object.fromEntries(Object.entries(questions).map(([key, question]) => [key, { action: 'accept', content: contentOf(question, filled[key] ?? {}) }])) })
  return (
    <div className="approval" role="group" aria-label={`${name} asks`}>
      {Object.entries(questions).map(([key, question]) => (
        <div key={key} className="approval">
          <p dir="auto">{question.message}</p>
          {Object.entries(question.schema.properties ?? {}).map(([field, schema]) => (
            <Entry key={field} label={schema.title ?? field} schema={schema} value={filled[key]?.[field] ?? schema.default ?? null} onChange={(value) => setFilled((before) => ({ ...before, [key]: { ...before[key], [field]: value } }))} />
          ))}
        </div>
      ))}
      <div className="actions">
        <Button look="main" isDisabled={sent} onPress={accept}>
          Answer
        </Button>
        <Button isDisabled={sent} onPress={() => send({ approved: false })}>
          Decline
        </Button>
      </div>
    </div>
  )
}

function Entry({ label, schema, value, onChange }: { label: string; schema: FormField; value: Json; onChange: (value: Json) => void }) {
  if (schema.type === 'boolean') {
    return (
      <Checkbox isSelected={value === true} onChange={onChange}>
        {label}
      </Checkbox>
    )
  }
  if (schema.enum) return <Select label={label} hint={schema.description} value={value === null ? null : String(value)} onChange={onChange} options={schema.enum.map((one) => ({ id: String(one), label: String(one) }))} />
  return <Field label={label} hint={schema.description} type={schema.type === 'number' || schema.type === 'integer' ? 'number' : 'text'} value={value === null ? '' : String(value)} onChange={onChange} />
}
