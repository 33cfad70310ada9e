const day = 86_400_000

/** The last moment of a day, as a date field has it, for the server. */
export const endOf = (date: string): string => new Date(new Date(date).getTime() + day - 1000).toISOString()

/** The day on which a key ends, as a date field has it; empty: never. */
export const dayOf = (moment: string | undefined): string => moment?.slice(0, 10) ?? ''
