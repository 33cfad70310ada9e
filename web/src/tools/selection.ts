import type { Selection } from '../api/types'

/** The names that are added. */
export const added = (selection: Selection | undefined): string[] => (Array.isArray(selection) ? selection : (selection?.add ?? []))

/** The same with other names added. */
export const withAdded = (selection: Selection | undefined, names: string[]): Selection => (selection === undefined || Array.isArray(selection) ? names : { ...selection, add: names })

/** In one line. */
export const told = (selection: Selection | undefined): string =>
  selection === undefined || Array.isArray(selection)
    ? (selection ?? []).join(', ')
    : [selection.only && `only(${selection.only.join(', ')})`, ...(selection.add ?? []).map((name) => `+${name}`), ...(selection.remove ?? []).map((name) => `-${name}`)].filter(Boolean).join(' ')
