import { Bar, BarChart, CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { count, duration, money } from '../kit/words'
import type { UsageRow } from './types'

const short = (day: string): string => new Date(`${day}T00:00:00Z`).toLocaleDateString(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' })
const axis = { stroke: 'var(--ink-soft)', tickLine: false, axisLine: false, fontSize: 12 } as const
const x = <XAxis dataKey="key" tickFormatter={short} minTickGap={28} {...axis} />
const grid = <CartesianGrid vertical={false} stroke="var(--line)" />
const box = { background: 'var(--raised)', border: '1px solid var(--line)', borderRadius: 8, color: 'var(--ink)' }
const cursor = { fill: 'var(--sunk)' }

/** Tokens, turns, cost and patience, day by day. */
export default function Charts({ rows }: { rows: UsageRow[] }) {
  const hasCost = rows.some((row) => (row.cost?.amount ?? 0) > 0)
  const currency = rows.find((row) => row.cost)?.cost?.currency ?? 'USD'
  const points = rows.map((row) => ({ ...row, amount: row.cost?.amount ?? 0, good: row.turns - row.failed }))
  return (
    <div className="charts">
      <Chart title="Tokens" keys={[['out', 'var(--gold)'], ['in', 'var(--accent)']]}>
        <BarChart data={points} accessibilityLayer>
          {grid}
          {x}
          <YAxis tickFormatter={count} width={46} {...axis} />
          <Tooltip contentStyle={box} cursor={cursor} labelFormatter={(day) => short(String(day))} formatter={(value, name) => [count(Number(value)), name]} />
          <Bar dataKey="inputTokens" name="tokens in" stackId="1" fill="var(--accent)" isAnimationActive={false} />
          <Bar dataKey="outputTokens" name="tokens out" stackId="1" fill="var(--gold)" radius={[3, 3, 0, 0]} isAnimationActive={false} />
        </BarChart>
      </Chart>
      <Chart title="Turns" keys={[['ended well', 'var(--accent)'], ['failed', 'var(--bad)']]}>
        <BarChart data={points} accessibilityLayer>
          {grid}
          {x}
          <YAxis tickFormatter={count} width={46} allowDecimals={false} {...axis} />
          <Tooltip contentStyle={box} cursor={cursor} labelFormatter={(day) => short(String(day))} />
          <Bar dataKey="good" name="ended well" stackId="1" fill="var(--accent)" isAnimationActive={false} />
          <Bar dataKey="failed" name="failed" stackId="1" fill="var(--bad)" radius={[3, 3, 0, 0]} isAnimationActive={false} />
        </BarChart>
      </Chart>
      {hasCost ? (
        <Chart title="Cost" keys={[]}>
          <BarChart data={points} accessibilityLayer>
            {grid}
            {x}
            <YAxis tickFormatter={(amount: number) => money({ amount, currency })} width={58} {...axis} />
            <Tooltip contentStyle={box} cursor={cursor} labelFormatter={(day) => short(String(day))} formatter={(value) => [money({ amount: Number(value), currency }), 'cost']} />
            <Bar dataKey="amount" name="cost" fill="var(--gold)" radius={[3, 3, 0, 0]} isAnimationActive={false} />
          </BarChart>
        </Chart>
      ) : null}
      <Chart title="Time to first token" keys={[]}>
        <LineChart data={points} accessibilityLayer>
          {grid}
          {x}
          <YAxis tickFormatter={(value: number) => (value > 0 && value < 1 ? `${String(Number(value.toPrecision(2)))}\u00a0ms` : duration(value).replace(' ', '\u00a0'))} width={66} {...axis} />
          <Tooltip contentStyle={box} labelFormatter={(day) => short(String(day))} formatter={(value) => [duration(Number(value)), 'average']} />
          <Line type="monotone" dataKey="timeToFirstToken" name="average" stroke="var(--accent)" strokeWidth={2} dot={{ r: 2.5 }} connectNulls isAnimationActive={false} />
        </LineChart>
      </Chart>
    </div>
  )
}

function Chart({ title, keys, children }: { title: string; keys: [string, string][]; children: React.ReactElement }) {
  return (
    <figure className="card chart">
      <figcaption>
        <h2>{title}</h2>
        {keys.map(([name, color]) => (
          <span key={name} className="chart-key">
            <i style={{ background: color }} /> {name}
          </span>
        ))}
      </figcaption>
      <ResponsiveContainer width="100%" height={190}>
        {children}
      </ResponsiveContainer>
    </figure>
  )
}
