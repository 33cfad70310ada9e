/** What one day, model, prompt, project or key took. */
export interface UsageRow {
  key: string
  turns: number
  failed: number
  inputTokens: number
  cachedTokens: number
  outputTokens: number
  reasoningTokens: number
  estimated: boolean
  cost?: { amount: number; currency: string }
  /** Requests to providers whose price is not known. */
  unpriced: number
  timeToFirstToken?: number
  milliseconds?: number
}

/** The answer of `GET /api/usage` for one grouping; each row names its group in a member of the grouping's name. */
export interface UsageAnswer {
  data: (Omit<UsageRow, 'key' | 'cost' | 'estimated'> & { cost?: { amount: number; currency: string }[]; estimated: number; [group: string]: unknown })[]
}

/** The rows of an answer; of several currencies the first counts, which is that of most prices. */
export const rowsOf = (answer: UsageAnswer, by: By): UsageRow[] =>
  answer.data.map(({ cost, estimated, ...row }) => ({ ...(row as Omit<UsageRow, 'key' | 'estimated'>), key: nameOf(row, by), estimated: estimated > 0, ...(cost?.[0] ? { cost: cost[0] } : {}) }))

/** A key is called by its name too, which others may have. */
const nameOf = (row: { key?: unknown; keyName?: unknown; [group: string]: unknown }, by: By): string => (by === 'key' && row.keyName ? `${String(row.keyName)} (${String(row.key)})` : String(row[by] ?? ''))

export type By = 'day' | 'model' | 'prompt' | 'project' | 'key'

const columns = ['key', 'turns', 'failed', 'inputTokens', 'cachedTokens', 'outputTokens', 'reasoningTokens', 'cost', 'currency', 'timeToFirstToken', 'milliseconds'] as const

/** The rows as a CSV file (RFC 4180). What begins like a formula is written as text. */
export function csv(rows: readonly UsageRow[], by: string): string {
  const cell = (value: string | number | undefined): string => {
    if (value === undefined) return ''
    if (typeof value === 'number') return String(value)
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const lines = rows.map((row) =>
    columns.map((name) => cell(name === 'cost' ? row.cost?.amount : name === 'currency' ? row.cost?.currency : row[name])).join(','),
  )
  return `${[by, ...columns.slice(1)].join(',')}\r\n${lines.map((line) => `${line}\r\n`).join('')}`
}

/** One row a day from first to last, also for days on which nothing happened. */
export function everyDay(rows: readonly UsageRow[], from: Date, to: Date): UsageRow[] {
  const known = new Map(rows.map((row) => [row.key, row]))
  const days: UsageRow[] = []
  for (const day = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate())); day < to; day.setUTCDate(day.getUTCDate() + 1)) {
    const key = day.toISOString().slice(0, 10)
    days.push(known.get(key) ?? { key, turns: 0, failed: 0, inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0, estimated: false, unpriced: 0 })
  }
  return days
}

export const total = (rows: readonly UsageRow[]) => ({
  turns: sum(rows, (row) => row.turns),
  failed: sum(rows, (row) => row.failed),
  inputTokens: sum(rows, (row) => row.inputTokens),
  outputTokens: sum(rows, (row) => row.outputTokens),
  cost: sum(rows, (row) => row.cost?.amount ?? 0),
  currency: rows.find((row) => row.cost)?.cost?.currency ?? 'USD',
  unpriced: sum(rows, (row) => row.unpriced),
})

const sum = (rows: readonly UsageRow[], of: (row: UsageRow) => number): number => rows.reduce((all, row) => all + of(row), 0)
