import { useEffect, useMemo, useState } from 'react'
import type { Prompt } from '../api/types'
import { keep, keptJson } from '../kit/keep'
import { body } from './text'

/** A version as it was read, and the tag that a save over it must name. */
export interface Base {
  prompt: Prompt
  etag: string
}

export interface Draft {
  draft: Prompt
  /** What the draft was begun from. */
  base: Base
  /** What is saved and run of it. */
  unsaved: Prompt
  isDirty: boolean
  /** Counts how often the whole draft was put in place; fields that hold more than it says begin anew. */
  turn: number
  /** Changes a part. */
  change: (part: Partial<Prompt>) => void
  /** Puts another text in its place, over the same base. */
  replace: (prompt: Prompt) => void
  /** Begins anew from what is kept. */
  reset: (kept: Base) => void
  /** Forgets what this tab keeps of it. */
  leave: () => void
}

/**
 * A prompt as it is written over a version. What somebody else saves meanwhile takes the place of an untouched text and never that of a written one: that keeps its base until it is saved or taken back,
 * so that a save meets what came in between. A written one is kept for this tab.
 */
export function useDraft(kept: Base, slot: string): Draft {
  const [state, setState] = useState(() => ({ ...(read(slot) ?? { base: kept, draft: kept.prompt }), seen: stampOf(kept.prompt), turn: 0 }))
  const { base, draft, turn } = state
  const saved = useMemo(() => JSON.stringify(body(base.prompt)), [base])
  const unsaved = useMemo(() => body(draft), [draft])
  const isDirty = JSON.stringify(unsaved) !== saved
  const reset = (next: Base) => setState((now) => ({ base: next, draft: next.prompt, seen: stampOf(next.prompt), turn: now.turn + 1 }))
  const stamp = stampOf(kept.prompt)
  if (state.seen !== stamp) {
    if (isDirty || !isOther(kept.prompt, base.prompt)) setState({ ...state, seen: stamp })
    else reset(kept)
  }
  useEffect(() => {
    keep(slot, isDirty ? JSON.stringify({ base, draft }) : null)
  }, [base, draft, isDirty, slot])
  return {
    draft,
    base,
    unsaved,
    isDirty,
    turn,
    change: (part) => setState((now) => ({ ...now, draft: { ...now.draft, ...part } })),
    replace: (prompt) => setState((now) => ({ ...now, draft: prompt, turn: now.turn + 1 })),
    reset,
    leave: () => keep(slot, null),
  }
}

const stampOf = ({ version, hash }: Prompt): string => `${String(version)} ${String(hash)}`

/** Whether one is another version than the other. */
export const isOther = (one: Prompt, other: Prompt): boolean => stampOf(one) !== stampOf(other)

function read(slot: string): { base: Base; draft: Prompt } | null {
  const found = keptJson<{ base: Base; draft: Prompt }>(slot)
  return found?.base?.prompt && found.draft ? { base: found.base, draft: found.draft } : null
}
