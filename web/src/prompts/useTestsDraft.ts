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
  /** What was sent is kept: what was written since goes on over it. */
  saved: (sent: Pick<Written, 'cases' | 'labels'>, kept: PromptTests) => void
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
  const [state, setState] = useState(() => ({ ...over(read(slot), kept), seen: kept.revision }))
  const { base, cases, labels } = state
  const held = listed(labels)
  const isDirty = JSON.stringify([cases, held]) !== JSON.stringify([base.cases, base.labels])
  if (state.seen !== kept.revision) setState({ ...over(isDirty ? state : null, kept), seen: kept.revision })
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
    saved: (sent, next) => {
      const isSent = (one: Pick<Written, 'cases' | 'labels'>) => JSON.stringify([one.cases, one.labels]) === JSON.stringify([sent.cases, sent.labels])
      const there = read(slot) // the page may have been left meanwhile: then no effect keeps it
      if (there) keep(slot, isSent(there) ? null : JSON.stringify({ ...there, base: next }))
      setState((now) => ({ ...(isSent(now) ? begun(next) : { ...now, base: next }), seen: next.revision }))
    },
    reset: (next) => setState({ ...begun(next), seen: next.revision }),
    rebase: (next) => setState((now) => ({ ...now, base: next, seen: next.revision })),
  }
}

/** What was written, or what is kept where nothing was, or what was written is kept by now. */
const over = (written: Written | null, kept: PromptTests): Written => (written && JSON.stringify([written.cases, listed(written.labels)]) !== JSON.stringify([kept.cases, kept.labels]) ? written : begun(kept))

const listed = (labels: string): string[] => labels.split(/[\s,]+/).filter(Boolean)

const begun = (kept: PromptTests): Written => ({ base: kept, cases: kept.cases, labels: kept.labels.join(', ') })

function read(slot: string): Written | null {
  const { base, cases, labels } = keptJson<Written>(slot) ?? {}
  return base && cases && labels !== undefined ? { base, cases, labels } : null
}
