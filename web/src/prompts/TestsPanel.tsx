import { useQuery } from '@tanstack/react-query'
import { FlaskConical, Plus, Save, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { ask, json } from '../api/http'
import type { Json, Prompt, PromptTest, PromptTestReport, PromptTests, Variable } from '../api/types'
import { Chip, Fault, Loading } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { Field } from '../kit/Fields'
import { useChange } from '../kit/useChange'
import { many } from '../kit/words'
import { Expectations } from './Expectations'
import { VariableForm } from './VariableForm'

interface Props {
  name: string
  /** As it is written now. */
  draft: Prompt
  isDirty: boolean
}

const pathOf = (name: string) => `/api/prompts/${encodeURIComponent(name)}/tests`
const fresh = (cases: readonly PromptTest[]): PromptTest => {
  let n = cases.length + 1
  while (cases.some((one) => one.name === `case ${String(n)}`)) n++
  return { name: `case ${String(n)}`, content: '', expect: [{ contains: '' }] }
}

/** What the prompt must answer: cases that are kept beside its versions, and the labels that they hold. */
export default function TestsPanel({ name, draft, isDirty }: Props) {
  const kept = useQuery({ queryKey: ['prompts', name, 'tests'], queryFn: () => json<PromptTests>(pathOf(name)) })
  if (kept.data) return <Tests key={kept.data.revision} name={name} kept={kept.data} draft={draft} isDirty={isDirty} />
  return kept.error ? <Fault error={kept.error} /> : <Loading what="Reading the tests" />
}

function Tests({ name, kept, draft, isDirty }: Props & { kept: PromptTests }) {
  const [cases, setCases] = useState(kept.cases)
  const [labels, setLabels] = useState(kept.labels.join(', '))
  const [open, setOpen] = useState<number | null>(null)
  const [report, setReport] = useState<PromptTestReport | null>(null)
  const [change, busy] = useChange('prompts')
  const held = labels.split(/[\s,]+/).filter(Boolean)
  const isChanged = JSON.stringify([cases, held]) !== JSON.stringify([kept.cases, kept.labels])
  const put = (n: number, part: Partial<PromptTest>) => setCases(cases.map((one, m) => (m === n ? { ...one, ...part } : one)))
  const save = () => void change(() => ask(pathOf(name), { method: 'PUT', body: { labels: held, cases }, headers: { 'If-Match': `"${String(kept.revision)}"` } }), 'The tests are saved.')
  const run = (body: Record<string, unknown>) =>
    void change(async () => {
      setReport(null)
      setReport(await json<PromptTestReport>(`${pathOf(name)}/run`, { method: 'POST', body }))
    })
  return (
    <section aria-label="Tests" className="prompt-section">
      <p className="soft">Each case is a turn with this prompt. A held label moves only to a version that passes them all.</p>
      <ul className="variables" aria-label="Cases">
        {cases.map((one, n) => (
          <li key={n} className={open === n ? 'open' : ''}>
            <div className="variable-row">
              <button type="button" className="fold-head" aria-expanded={open === n} onClick={() => setOpen(open === n ? null : n)}>
                <span>{one.name || 'unnamed'}</span>
                <span className="soft">{many(one.expect.length, 'expectation')}</span>
                <Outcome report={report} name={one.name} />
              </button>
              <IconButton label={`Remove ${one.name}`} small onPress={() => setCases(cases.filter((_, m) => m !== n))}>
                <Trash2 />
              </IconButton>
            </div>
            <Failures report={report} name={one.name} />
            {open === n ? <Case test={one} definitions={(draft.variables ?? []).filter((variable) => !variable.secret)} onChange={(part) => put(n, part)} /> : null}
          </li>
        ))}
      </ul>
      <div className="actions">
        <Button
          small
          onPress={() => {
            setOpen(cases.length)
            setCases([...cases, fresh(cases)])
          }}
        >
          <Plus aria-hidden /> Case
        </Button>
      </div>
      <Field label="Held labels" value={labels} onChange={setLabels} placeholder="production" hint="Separated by commas; none: no label is held" />
      <div className="actions">
        <Button look="main" isDisabled={!isChanged || busy} onPress={save}>
          <Save aria-hidden /> Save tests
        </Button>
        <Button isDisabled={isChanged || busy || kept.cases.length === 0} onPress={() => run(isDirty ? { prompt: draft } : {})}>
          <FlaskConical aria-hidden /> {busy ? 'At work…' : `Run ${isDirty ? 'with what is written now' : 'with the newest version'}`}
        </Button>
        {report ? <Chip tone={report.passed ? 'good' : 'bad'}>{`${String(report.results.filter((one) => one.passed).length)} of ${String(report.results.length)} passed`}</Chip> : null}
      </div>
    </section>
  )
}

function Case({ test, definitions, onChange }: { test: PromptTest; definitions: readonly Variable[]; onChange: (part: Partial<PromptTest>) => void }) {
  const set = (variable: string, value: Json | undefined) => {
    const { [variable]: _, ...rest } = test.variables ?? {}
    onChange({ variables: value === undefined ? rest : { ...rest, [variable]: value } })
  }
  return (
    <div className="definition">
      <Field label="Name of the case" value={test.name} onChange={(name) => onChange({ name })} />
      <Field label="What is typed in it" lines={2} value={test.content ?? ''} onChange={(content) => onChange({ content })} />
      {definitions.length > 0 ? <VariableForm definitions={definitions} values={test.variables ?? {}} onChange={set} /> : null}
      <Expectations all={test.expect} onChange={(expect) => onChange({ expect })} />
    </div>
  )
}

const resultOf = (report: PromptTestReport | null, name: string) => report?.results.find((one) => one.name === name)

function Outcome({ report, name }: { report: PromptTestReport | null; name: string }) {
  const result = resultOf(report, name)
  return result ? <Chip tone={result.passed ? 'good' : 'bad'}>{result.passed ? 'passed' : 'failed'}</Chip> : null
}

function Failures({ report, name }: { report: PromptTestReport | null; name: string }) {
  const result = resultOf(report, name)
  if (!result || result.passed) return null
  return (
    <div className="wrong case-failed" role="status">
      {result.failures.join(' ')}
      {result.answer ? <pre>{result.answer}</pre> : null}
    </div>
  )
}
