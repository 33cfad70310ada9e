import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { Suspense, useMemo, useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { json, query } from '../api/http'
import { Empty, Fault, Loading, PageHead } from '../kit/Bits'
import { Button } from '../kit/Button'
import { download } from '../kit/copy'
import { later } from '../kit/later'
import { count, duration, many, money } from '../kit/words'
import { type By, csv, everyDay, rowsOf, total, type UsageAnswer, type UsageRow } from './types'
import './usage.css'

const Charts = later(() => import('./Charts'))

const spans = [7, 30, 90] as const
const groups: { id: By; label: string; none: string }[] = [
  { id: 'model', label: 'By model', none: '' },
  { id: 'prompt', label: 'By prompt', none: 'no prompt' },
  { id: 'project', label: 'By project', none: 'no project' },
  { id: 'key', label: 'By key', none: 'no key' },
  { id: 'day', label: 'By day', none: '' },
]

export default function UsagePage() {
  const [days, setDays] = useState<number>(30)
  const [to] = useState(() => new Date())
  const from = useMemo(() => new Date(to.getTime() - (days - 1) * 86_400_000), [days, to])
  const daily = useUsage('day', from, to)
  const rows = useMemo(() => everyDay(daily.data ?? [], from, to), [daily.data, from, to])
  const sum = total(daily.data ?? [])
  return (
    <div className="page">
      <PageHead title="Usage" under="What turns took: as the provider reported it, with the price of the day.">
        <div className="chips" role="group" aria-label="Days">
          {spans.map((span) => (
            <button key={span} type="button" className="pill" aria-pressed={days === span} onClick={() => setDays(span)}>
              {span} days
            </button>
          ))}
        </div>
      </PageHead>
      {daily.error ? <Fault error={daily.error} /> : null}
      {daily.isPending ? <Loading what="Adding up" /> : null}
      {daily.data && sum.turns === 0 ? (
        <Empty title="Nothing was used yet">
          <p>Every turn of these days is counted here, tokens, cost and time to the first token.</p>
        </Empty>
      ) : null}
      {sum.turns > 0 ? (
        <>
          <dl className="figures">
            <Figure name="Turns" value={count(sum.turns)} note={sum.failed > 0 ? `${many(sum.failed, 'turn')} failed` : 'none failed'} />
            <Figure name="Tokens in" value={count(sum.inputTokens)} />
            <Figure name="Tokens out" value={count(sum.outputTokens)} />
            <Figure name="Cost" value={sum.cost === 0 && sum.unpriced > 0 ? 'unknown' : money({ amount: sum.cost, currency: sum.currency })} note={sum.unpriced > 0 ? `${many(sum.unpriced, 'request')} without a known price` : ''} />
          </dl>
          <Suspense fallback={<Loading what="Drawing" />}>
            <Charts rows={rows} />
          </Suspense>
          <Tabs className="tabs">
            <TabList aria-label="Grouped" className="tab-list">
              {groups.map(({ id, label }) => (
                <Tab key={id} id={id} className="tab">
                  {label}
                </Tab>
              ))}
            </TabList>
            {groups.map(({ id, none }) => (
              <TabPanel key={id} id={id} className="tab-panel">
                <Table by={id} none={none} from={from} to={to} />
              </TabPanel>
            ))}
          </Tabs>
        </>
      ) : null}
    </div>
  )
}

const useUsage = (by: By, from: Date, to: Date) =>
  useQuery({ queryKey: ['usage', by, from.toISOString()], queryFn: ({ signal }) => json<UsageAnswer>(`/api/usage${query({ by, from: `${from.toISOString().slice(0, 10)}T00:00:00Z`, to: to.toISOString() })}`, { signal }), select: (answer) => rowsOf(answer, by) })

const Figure = ({ name, value, note }: { name: string; value: string; note?: string }) => (
  <div className="card figure">
    <dt>{name}</dt>
    <dd>
      {value}
      {note ? <small>{note}</small> : null}
    </dd>
  </div>
)

function Table({ by, none, from, to }: { by: By; none: string; from: Date; to: Date }) {
  const usage = useUsage(by, from, to)
  if (usage.error) return <Fault error={usage.error} />
  if (!usage.data) return <Loading />
  const rows = usage.data
  return (
    <>
      <div className="actions end table-actions">
        <Button small onPress={() => download(`usage-by-${by}.csv`, csv(rows, by), 'text/csv')}>
          <Download aria-hidden /> CSV
        </Button>
      </div>
      <div className="table-scroll" role="region" aria-label={`Usage by ${by}`} tabIndex={0}>
        <table className="table">
          <thead>
            <tr>
              <th>{by[0]?.toUpperCase()}{by.slice(1)}</th>
              <th data-side="right">Turns</th>
              <th data-side="right">Failed</th>
              <th data-side="right">Tokens in</th>
              <th data-side="right">Cached</th>
              <th data-side="right">Tokens out</th>
              <th data-side="right">First token</th>
              <th data-side="right">Model time</th>
              <th data-side="right">Cost</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.key} row={row} none={none} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

const Row = ({ row, none }: { row: UsageRow; none: string }) => (
  <tr>
    <td>{row.key || <em className="soft">{none}</em>}</td>
    <td data-side="right">{count(row.turns)}</td>
    <td data-side="right" className={row.failed > 0 ? 'wrong' : ''}>
      {count(row.failed)}
    </td>
    <td data-side="right">
      {row.estimated ? '≈ ' : ''}
      {count(row.inputTokens)}
    </td>
    <td data-side="right">{count(row.cachedTokens)}</td>
    <td data-side="right">{count(row.outputTokens)}</td>
    <td data-side="right">{duration(row.timeToFirstToken)}</td>
    <td data-side="right">{duration(row.milliseconds)}</td>
    <td data-side="right">{row.cost ? money(row.cost) : <span className="soft">unknown</span>}</td>
  </tr>
)
