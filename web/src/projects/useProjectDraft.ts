import { useEffect, useState } from 'react'
import type { Project } from '../api/types'
import { keep, keptJson } from '../kit/keep'

export interface ProjectDraft {
  draft: Project
  isDirty: boolean
  /** Whether somebody else saved the project since this was begun. */
  isOvertaken: boolean
  /** Counts how often what was written was let go; fields that hold more than the draft says begin anew. */
  turn: number
  change: (part: Partial<Project>) => void
  /** What was sent is kept: what was written since goes on over it. */
  saved: (sent: Project, kept: Project) => void
  /** Forgets what was written. */
  leave: () => void
  /** Goes on with what is written, over what is kept by now. */
  rebase: () => void
}

/** The settings of a project as they are written over those that are kept. An untouched project shows what is newest; a written one is kept for this tab until it is saved or taken back. */
export function useProjectDraft(project: Project): ProjectDraft {
  const slot = `project:${project.id}`
  const [written, setWritten] = useState(() => keptJson<Project>(slot))
  const [turn, setTurn] = useState(0)
  const draft = { ...(written ?? project), id: project.id } as Project
  const isDirty = written !== null && sayings(draft) !== sayings(project)
  useEffect(() => keep(slot, isDirty ? JSON.stringify(written) : null), [slot, isDirty, written])
  return {
    draft,
    isDirty,
    isOvertaken: isDirty && draft.revision !== project.revision,
    turn,
    change: (part) => setWritten((now) => ({ ...(isDirty && now ? now : project), ...part })),
    saved: (sent, kept) => {
      const [said, there] = [JSON.stringify(sent), keptJson<Project>(slot)]
      const since = (now: Project | Partial<Project>) => (JSON.stringify({ ...now, id: project.id }) === said ? null : ({ ...now, revision: kept.revision }) as Project)
      if (there) keep(slot, since(there) && JSON.stringify(since(there))) // the page may have been left meanwhile: then no effect keeps it
      setWritten((now) => now && since(now))
    },
    leave: () => {
      keep(slot, null)
      setWritten(null)
      setTurn((now) => now + 1)
    },
    rebase: () => setWritten((now) => now && ({ ...now, revision: project.revision }) as Project),
  }
}

/** What a project says of itself, as it is sent. */
export function bodyOf({ id: _id, revision: _revision, system, model, ...rest }: Project): object {
  return { ...rest, ...(system?.text ? { system } : {}), ...(model ? { model } : {}) }
}

/** The same for projects that say the same, whoever saved them. */
const sayings = (project: Project): string => JSON.stringify(Object.entries(bodyOf(project)).toSorted(([one], [other]) => (one < other ? -1 : 1)))
