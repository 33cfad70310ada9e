/** The last moment of a day of who chooses it, as a date field has it, for the server. */
export function endOf(date: string): string {
  const [year = NaN, month = NaN, day = NaN] = date.split('-').map(Number)
  return new Date(year, month - 1, day, 23, 59, 59).toISOString()
}

/** The day on which a key ends for who reads it, as a date field has it; empty: never. */
export function dayOf(moment: string | undefined): string {
  if (moment === undefined) return ''
  const at = new Date(moment)
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part, n) => String(part).padStart(n === 0 ? 4 : 2, '0')).join('-')
}
