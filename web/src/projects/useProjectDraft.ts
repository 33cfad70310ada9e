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
  const isDirty = written !== null && JSON.stringify(draft) !== JSON.stringify(project)
  useEffect(() => keep(slot, isDirty ? JSON.stringify(written) : null), [slot, isDirty, written])
  return {
    draft,
    isDirty,
    isOvertaken: isDirty && draft.revision !== project.revision,
    turn,
    change: (part) => setWritten((now) => ({ ...(now ?? project), ...part })),
    leave: () => {
      setWritten(null)
      setTurn((now) => now + 1)
    },
    rebase: () => setWritten((now) => now && ({ ...now, revision: project.revision }) as Project),
  }
}
