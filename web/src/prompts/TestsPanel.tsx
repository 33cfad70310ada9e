import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FlaskConical, Plus, Save, Trash2, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { json, Problem } from '../api/http'
import { models as modelsQuery } from '../api/queries'
import type { Json, Prompt, PromptTest, PromptTestReport, PromptTests, Variable } from '../api/types'
import { Chip, Fault, Loading } from '../kit/Bits'
import { Button, IconButton } from '../kit/Button'
import { Choose, Field } from '../kit/Fields'
import { TakeBack } from '../kit/TakeBack'
import { useChange } from '../kit/useChange'
import { useFocusNear } from '../kit/useFocusNear'
import { many } from '../kit/words'
import { Expectations, wrongOf } from './Expectations'
import { Parameters } from './Parameters'
import { Resources } from './Resources'
import { useTestsDraft } from './useTestsDraft'
import { VariableForm } from './VariableForm'

interface Props {
  name: string
  /** As it is written now. */
  draft: Prompt
  isDirty: boolean
}

/** What is wrong with a case. */
interface Wrong {
  n: number
  message: string
}

const pathOf = (name: string) => `/api/prompts/${encodeURIComponent(name)}/tests`
const keyOf = (name: string) => ['prompts', name, 'tests']
const fresh = (cases: readonly PromptTest[]): PromptTest => {
  let n = cases.length + 1
  while (cases.some((one) => one.name === `case ${String(n)}`)) n++
  return { name: `case ${String(n)}`, content: '', expect: [{ contains: '' }] }
}

/** What the prompt must answer: cases that are kept beside its versions, and the labels that they hold. */
export default function TestsPanel({ name, draft, isDirty }: Props) {
  const kept = useQuery({ queryKey: keyOf(name), queryFn: () => json<PromptTests>(pathOf(name)) })
  if (kept.data) return <Tests key={name} name={name} kept={kept.data} draft={draft} isDirty={isDirty} />
  return kept.error ? <Fault error={kept.error} /> : <Loading what="Reading the tests" />
}

function Tests({ name, kept, draft, isDirty }: Props & { kept: PromptTests }) {
  const queries = useQueryClient()
  const written = useTestsDraft(name, kept)
  const { cases, labels, held } = written
  const [open, setOpen] = useState<number | null>(null)
  const [leaving, setLeaving] = useState(false)
  const [wrong, setWrong] = useState<Wrong | null>(null)
  const [report, setReport] = useState<PromptTestReport | null>(null)
  const [act, busy] = useChange('prompts')
  const near = useFocusNear<HTMLUListElement>('.variable-row > button[aria-label^="Remove"]', '[aria-label="Tests"] > .actions button')
  const change = (next: PromptTest[]) => {
    setWrong(null)
    written.change({ cases: next })
  }
  const put = (n: number, part: Partial<PromptTest>) => change(cases.map((one, m) => (m === n ? { ...one, ...part } : one)))
  const drop = (n: number) => {
    setOpen(open === null || open === n ? null : open > n ? open - 1 : open)
    change(cases.filter((_, m) => m !== n))
  }
  const refuse = (found: Wrong) => {
    setOpen(found.n)
    setWrong(found)
  }
  const save = () => {
    const found = faultIn(cases)
    if (found) return refuse(found)
    void act(async () => {
      try {
        const saved = await json<PromptTests>(pathOf(name), { method: 'PUT', body: { labels: held, cases }, headers: { 'If-Match': `"${String(written.base.revision)}"` } })
        queries.setQueryData(keyOf(name), saved)
        written.saved({ cases, labels }, saved)
        setReport(null)
      } catch (error) {
        const told = refusalOf(error)
        if (told) refuse(told)
        if (error instanceof Problem && error.status === 412) await queries.invalidateQueries({ queryKey: keyOf(name) })
        throw error
      }
    }, 'The tests are saved.')
  }
  const run = (body: Record<string, unknown>) =>
    void act(async () => {
      setReport(null)
      setReport(await json<PromptTestReport>(`${pathOf(name)}/run`, { method: 'POST', body }))
    })
  return (
    <section aria-label="Tests" className="prompt-section">
      <p className="soft">Each case is a turn with this prompt. A held label moves only to a version that passes them all.</p>
      {written.isOvertaken ? (
        <div className="overtaken" role="status">
          <TriangleAlert aria-hidden />
          <span>Somebody saved the tests meanwhile. What you wrote is still here, and saved over theirs only when you say so.</span>
          <Button small onPress={() => written.reset(kept)}>
            Take theirs
          </Button>
          <Button small onPress={() => written.rebase(kept)}>
            Keep mine
          </Button>
        </div>
      ) : null}
      <ul className="variables" aria-label="Cases" {...near}>
        {cases.map((one, n) => (
          <li key={n} className={open === n ? 'open' : ''}>
            <div className="variable-row">
              <button type="button" className="fold-head" aria-expanded={open === n} onClick={() => setOpen(open === n ? null : n)}>
                <span>{one.name || 'unnamed'}</span>
                <span className="soft">{many(one.expect.length, 'expectation')}</span>
                <Outcome report={report} name={one.name} />
              </button>
              <IconButton label={`Remove ${one.name}`} small onPress={() => drop(n)}>
                <Trash2 />
              </IconButton>
            </div>
            {wrong?.n === n ? (
              <div className="wrong case-failed" role="alert">
                {wrong.message}
              </div>
            ) : null}
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
            change([...cases, fresh(cases)])
          }}
        >
          <Plus aria-hidden /> Case
        </Button>
      </div>
      <Field label="Held labels" value={labels} onChange={(text) => written.change({ labels: text })} placeholder="production" hint="Separated by commas; none: no label is held" />
      <div className="actions">
        <Button look="main" isDisabled={!written.isDirty || written.isOvertaken || busy} onPress={save}>
          <Save aria-hidden /> Save tests
        </Button>
        {written.isDirty && !written.isOvertaken ? (
          <Button isDisabled={busy} onPress={() => setLeaving(true)}>
            Take my changes back
          </Button>
        ) : null}
        <Button isDisabled={written.isDirty || busy || kept.cases.length === 0} onPress={() => run(isDirty ? { prompt: draft } : {})}>
          <FlaskConical aria-hidden /> {busy ? 'At work…' : `Run ${isDirty ? 'with what is written now' : 'with the newest version'}`}
        </Button>
        {report ? <Chip tone={report.passed ? 'good' : 'bad'}>{`${String(report.results.filter((one) => one.passed).length)} of ${String(report.results.length)} passed`}</Chip> : null}
      </div>
      {leaving ? <TakeBack what="these tests" onAct={() => written.reset(kept)} onClose={() => setLeaving(false)} /> : null}
    </section>
  )
}

/** The first expectation that cannot be kept as it is typed. */
function faultIn(cases: readonly PromptTest[]): Wrong | null {
  for (const [n, { expect }] of cases.entries()) {
    const at = expect.findIndex((one) => wrongOf(one) !== undefined)
    const one = expect[at]
    if (one) return { n, message: `Expectation ${String(at + 1)}: ${wrongOf(one) ?? ''}` }
  }
  return null
}

/** What the server says of a case, by the field that it names. */
function refusalOf(error: unknown): Wrong | null {
  if (!(error instanceof Problem)) return null
  const [, n, expectation] = /^cases\[(\d+)\](?:\.expect\[(\d+)\])?/.exec(String(error.body['field'] ?? '')) ?? []
  if (n === undefined) return null
  return { n: Number(n), message: `${expectation === undefined ? '' : `Expectation ${String(Number(expectation) + 1)}: `}${error.message}` }
}

function Case({ test, definitions, onChange }: { test: PromptTest; definitions: readonly Variable[]; onChange: (part: Partial<PromptTest>) => void }) {
  const models = useQuery(modelsQuery).data?.data ?? []
  const [setsMore] = useState(() => Object.keys(test.parameters ?? {}).length + (test.resources ?? []).length > 0)
  const set = (variable: string, value: Json | undefined) => {
    const { [variable]: _, ...rest } = test.variables ?? {}
    onChange({ variables: value === undefined ? rest : { ...rest, [variable]: value } })
  }
  return (
    <div className="definition">
      <Field label="Name of the case" value={test.name} onChange={(name) => onChange({ name })} />
      <Field label="What is typed in it" lines={2} value={test.content ?? ''} onChange={(content) => onChange({ content })} />
      {definitions.length > 0 ? <VariableForm definitions={definitions} values={test.variables ?? {}} onChange={set} /> : null}
      <Choose label="Model of the case" value={test.model ?? ''} placeholder="The prompt’s" options={models.map(({ id, displayName }) => ({ id, label: id, detail: displayName }))} onChange={(model) => onChange({ model: model === '' ? undefined : model } as Partial<PromptTest>)} />
      <details open={setsMore}>
        <summary>Parameters and resources</summary>
        <div className="form-grid">
          <Parameters values={test.parameters ?? {}} onChange={(parameters) => onChange({ parameters })} />
        </div>
        <Resources resources={test.resources ?? []} onChange={(resources) => onChange({ resources })} />
      </details>
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
