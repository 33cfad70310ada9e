import type { Project } from '../api/types'

/** Those directly below a project, by name; at the top also those whose parent is not known. */
export function childrenOf(all: readonly Project[], parent: string | undefined): Project[] {
  const ids = new Set(all.map(({ id }) => id))
  return all.filter((one) => (parent === undefined ? one.parent === undefined || !ids.has(one.parent) : one.parent === parent)).toSorted((a, b) => a.name.localeCompare(b.name))
}
