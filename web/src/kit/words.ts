import type { Cost } from '../api/types'

const number = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

export const count = (value: number): string => (value < 10_000 ? number.format(value) : compact.format(value))

/** "1 turn", "2 turns". */
export const many = (value: number, one: string, more = `${one}s`): string => `${number.format(value)} ${value === 1 ? one : more}`

export function money(cost: Cost | undefined | null): string {
  if (!cost) return ''
  const sign = cost.currency === 'USD' ? '$' : `${cost.currency} `
  if (cost.amount === 0) return `${sign}0`
  return cost.amount < 0.01 ? `${sign}${cost.amount.toPrecision(2)}` : `${sign}${cost.amount.toFixed(cost.amount < 1 ? 3 : 2)}`
}

export function duration(milliseconds: number | undefined | null): string {
  if (milliseconds === undefined || milliseconds === null) return ''
  if (milliseconds < 1) return milliseconds === 0 ? '0 ms' : '< 1 ms'
  if (milliseconds < 1000) return `${String(Math.round(milliseconds))} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`
  return `${String(Math.floor(milliseconds / 60_000))} min ${String(Math.round((milliseconds % 60_000) / 1000))} s`
}

export function bytes(size: number): string {
  if (size < 1024) return `${String(size)} B`
  if (size < 1024 ** 2) return `${(size / 1024).toFixed(0)} kB`
  return `${(size / 1024 ** 2).toFixed(1)} MB`
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export const time = (iso: string): string => clock.format(new Date(iso))
export const moment = (iso: string): string => full.format(new Date(iso))

/** The name of a day as people say it: today, yesterday, this week, a month. */
export function dayOf(iso: string, now: Date = new Date()): string {
  const day = new Date(iso)
  const midnight = (value: Date) => new Date(value.getFullYear(), value.getMonth(), value.getDate()).getTime()
  const days = Math.round((midnight(now) - midnight(day)) / 86_400_000)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days < 7) return 'Earlier this week'
  if (days < 31) return 'Earlier this month'
  return month.format(day)
}

/** Any JSON as one short line. */
export function brief(value: unknown, most = 120): string {
  const text = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

export const pretty = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2))
