import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { keep, kept, keptJson } from '../kit/keep'
import { newKey, type BoxResource } from './boxResources'
import { arrived, type Attempt, attemptAt, attemptOf, hold, isHeld, left } from './sent'

/** What stands in the box: a text and files. */
export interface Written {
  content: string
  files: readonly BoxResource[]
}

/** What was taken out of the box, and under which key it is asked for. */
export interface Taken extends Written {
  attempt: Attempt
}

/** The turn whose text is edited. */
export interface Edited {
  turn: string
}

export interface Box extends Written {
  /** The text as of now, also between two drawings. */
  latest: { readonly current: string }
  /** The editor says what stands in it. */
  type: (text: string) => void
  attach: (change: (files: readonly BoxResource[]) => readonly BoxResource[]) => void
  /** Takes what is written out of the box to be sent; what was laid aside for an edit comes back. Until it has arrived it is kept for this tab. `asking` tells all that is asked with it: when nobody knows whether that arrived before, it is asked again under the same key. */
  take: (asking?: (written: Written) => unknown) => Taken
  /** Lays what is written aside and puts in what is edited. */
  edit: (edited: Edited, written: Written) => void
  /** Takes an edit away; what was laid aside comes back. */
  leave: () => void
  /** Puts back what could not be sent, before what was written since. An edit comes back alone, and what was written since is laid aside. */
  restore: (written: Written, edited: Edited | null) => void
}

/** What is kept of a box for this tab. */
interface Slot extends Written {
  editing: Edited | null
  aside: Written | null
  /** An attempt at sending the very text that stands in it, of which nobody knows whether it arrived. */
  attempt?: Attempt | null
}

const empty: Written = { content: '', files: [] }
const isEmpty = ({ content, files }: Written): boolean => content === '' && files.length === 0

const slotOf = (draft: string): string => `draft:${draft}`

/** The edit that a box was left with. */
export const keptEdit = (draft: string): Edited | null => read(draft).editing

/** The text and the files of the next turn. Nothing that was written leaves the box but by being sent or deleted. All of it is kept for this tab under `draft`; `show` puts another text into the editor. */
export function useBox(draft: string, show: (text: string) => void): Box {
  const [start] = useState(() => read(draft))
  const [text, setText] = useState(start.content)
  const [files, setFiles] = useState<readonly BoxResource[]>(start.files)
  const latest = useRef(text)
  const attached = useRef(files)
  const editing = useRef(start.editing)
  const aside = useRef(start.aside)
  const attempt = useRef(start.attempt ?? null)
  const attempted = useRef(start.content)

  useEffect(() => {
    if (!left(draft)) return
    write(draft, start)
    arrived(draft)
  }, [draft, start])
  const store = useCallback(() => write(draft, { content: latest.current, files: attached.current, editing: editing.current, aside: aside.current, attempt: attempt.current }), [draft])
  const type = useCallback(
    (value: string) => {
      latest.current = value
      if (value !== attempted.current) attempt.current = null
      setText(value)
      store()
    },
    [store],
  )
  const acts = useMemo(() => {
    const attach = (change: (all: readonly BoxResource[]) => readonly BoxResource[]) => {
      attached.current = change(attached.current)
      setFiles(attached.current)
      store()
    }
    const put = (written: Written) => {
      type(written.content)
      show(written.content)
      attach(() => written.files)
    }
    const now = (): Written => ({ content: latest.current, files: attached.current })
    const leave = () => {
      const before = aside.current ?? empty
      aside.current = null
      editing.current = null
      put(before)
    }
    const edit = (edited: Edited, written: Written) => {
      aside.current ??= now()
      editing.current = edited
      put(written)
    }
    return {
      attach,
      leave,
      edit,
      take: (asking = (written: Written): unknown => written) => {
        const written = now()
        const taken = { ...written, attempt: attemptAt(JSON.stringify(asking(written)), attempt.current) }
        attempt.current = null
        hold(draft, { ...taken, editing: editing.current })
        leave()
        return taken
      },
      restore: (written: Written, edited: Edited | null) => {
        if (!isHeld(draft)) return // a box that was opened since has it
        const [since, unknown] = [now(), attemptOf(draft)]
        arrived(draft)
        if (edited) edit(edited, written)
        else put(joined(written, since))
        if (latest.current !== written.content) return
        attempt.current = unknown
        attempted.current = written.content
        store()
      },
    }
  }, [draft, show, store, type])
  return useMemo(() => ({ content: text, files, latest, type, ...acts }), [text, files, type, acts])
}

function write(draft: string, slot: Slot): void {
  keep(slotOf(draft), isEmpty(slot) && !slot.editing ? null : JSON.stringify({ ...slot, files: slot.files.map(plain), attempt: slot.attempt ?? undefined, aside: slot.aside && { ...slot.aside, files: slot.aside.files.map(plain) } }))
}

const joined = (sent: Written, since: Written): Written => (isEmpty(since) ? sent : { content: [sent.content, since.content].filter(Boolean).join('\n\n'), files: [...sent.files, ...since.files] })

/** What the box begins with: what is kept of it, and before that what was sent from it and never arrived. */
function read(draft: string): Slot {
  const [slot, sent] = [readSlot(draft), left(draft)]
  if (!sent) return slot
  const written = { content: sent.content, files: sent.files.map(anew) }
  const attempt = sent.attempt ?? null
  if (sent.editing) return { ...written, attempt, editing: sent.editing, aside: slot.aside ?? { content: slot.content, files: slot.files } }
  return slot.editing ? { ...slot, aside: joined(written, slot.aside ?? empty) } : { ...slot, ...joined(written, slot), attempt: isEmpty(slot) ? attempt : null }
}

function readSlot(draft: string): Slot {
  const found = keptJson<Slot>(slotOf(draft))
  if (typeof found?.content !== 'string') return { content: found === null ? (kept(slotOf(draft)) ?? '') : '', files: [], editing: null, aside: null }
  return { content: found.content, files: (found.files ?? []).map(anew), editing: found.editing ?? null, attempt: found.attempt ?? null, aside: found.aside ? { ...found.aside, files: found.aside.files.map(anew) } : null }
}

/** A file as it is kept: its picture is in the memory of this page only. */
const plain = ({ url: _, ...file }: BoxResource): BoxResource => file

/** A file of an earlier page, under a key of this one. */
const anew = (file: BoxResource): BoxResource => ({ ...file, key: newKey() })
