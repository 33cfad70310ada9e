import { useEffect, useState } from 'react'
import type { PromptTest, PromptTests } from '../api/types'
import { keep, keptJson } from '../kit/keep'

interface Written {
  /** What they were begun from. */
  base: PromptTests
  cases: PromptTest[]
  /** As typed, separated by commas. */
  labels: string
}

export interface TestsDraft extends Written {
  /** The labels one by one. */
  held: string[]
  isDirty: boolean
  /** Whether somebody else saved tests since these were begun. */
  isOvertaken: boolean
  change: (part: Partial<Pick<Written, 'cases' | 'labels'>>) => void
  /** Begins anew from what is kept. */
  reset: (kept: PromptTests) => void
  /** Goes on with what is written, over what is kept by now. */
  rebase: (kept: PromptTests) => void
}

/** Where this tab keeps the tests of a prompt that are written and not saved. */
export const testsSlot = (key: string): string => `tests:${key}`

/**
 * The tests of a prompt as they are written over those that are kept. What somebody else saves meanwhile takes the place of untouched ones; written ones keep their base, and stay in this tab, until they are
 * saved or given up.
 */
export function useTestsDraft(name: string, kept: PromptTests): TestsDraft {
  const slot = testsSlot(name)
  const [state, setState] = useState(() => ({ ...(read(slot) ?? begun(kept)), seen: kept.revision }))
  const { base, cases, labels } = state
  const held = labels.split(/[\s,]+/).filter(Boolean)
  const isDirty = JSON.stringify([cases, held]) !== JSON.stringify([base.cases, base.labels])
  if (state.seen !== kept.revision) setState({ ...(isDirty ? state : begun(kept)), seen: kept.revision })
  useEffect(() => {
    keep(slot, isDirty ? JSON.stringify({ base, cases, labels }) : null)
  }, [slot, isDirty, base, cases, labels])
  return {
    base,
    cases,
    labels,
    held,
    isDirty,
    isOvertaken: isDirty && kept.revision !== base.revision,
    change: (part) => setState((now) => ({ ...now, ...part })),
    reset: (next) => setState({ ...begun(next), seen: next.revision }),
    rebase: (next) => setState((now) => ({ ...now, base: next, seen: next.revision })),
  }
}

const begun = (kept: PromptTests): Written => ({ base: kept, cases: kept.cases, labels: kept.labels.join(', ') })

function read(slot: string): Written | null {
  const { base, cases, labels } = keptJson<Written>(slot) ?? {}
  return base && cases && labels !== undefined ? { base, cases, labels } : null
}
