import { useCallback, useMemo, useRef, useState } from 'react'
import type { Attachment } from './attachments'

/** What stands in the box: a text and files. */
export interface Written {
  content: string
  files: readonly Attachment[]
}

export interface Box extends Written {
  /** The text as of now, also between two drawings. */
  latest: { readonly current: string }
  /** The editor says what stands in it. */
  type: (text: string) => void
  attach: (change: (files: readonly Attachment[]) => readonly Attachment[]) => void
  /** Takes what is written out of the box; what was laid aside for an edit comes back. */
  take: () => Written
  /** Lays what is written aside and puts in what is edited. */
  edit: (text: string) => void
  /** Takes an edit away; what was laid aside comes back. */
  leave: () => void
  /** Puts back what could not be sent, before what was written since. An edit comes back alone, and what was written since is laid aside. */
  restore: (written: Written, isEdit: boolean) => void
}

const empty: Written = { content: '', files: [] }
const isEmpty = ({ content, files }: Written): boolean => content === '' && files.length === 0

/** The text and the files of the next turn. Nothing that was written leaves the box but by being sent or deleted. The text is kept for this tab under `draft`; `show` puts another one into the editor. */
export function useBox(draft: string, show: (text: string) => void): Box {
  const [text, setText] = useState(() => sessionStorage.getItem(`draft:${draft}`) ?? '')
  const [files, setFiles] = useState<readonly Attachment[]>([])
  const latest = useRef(text)
  const attached = useRef(files)
  const aside = useRef<Written | null>(null)

  const type = useCallback(
    (value: string) => {
      latest.current = value
      setText(value)
      if (value) sessionStorage.setItem(`draft:${draft}`, value)
      else sessionStorage.removeItem(`draft:${draft}`)
    },
    [draft],
  )
  const acts = useMemo(() => {
    const attach = (change: (all: readonly Attachment[]) => readonly Attachment[]) => {
      attached.current = change(attached.current)
      setFiles(attached.current)
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
      put(before)
    }
    return {
      attach,
      leave,
      take: () => {
        const written = now()
        leave()
        return written
      },
      edit: (content: string) => {
        aside.current ??= now()
        put({ content, files: [] })
      },
      restore: (written: Written, isEdit: boolean) => {
        const since = now()
        if (isEdit) aside.current ??= since
        put(isEdit || isEmpty(since) ? written : { content: [written.content, since.content].filter(Boolean).join('\n\n'), files: [...written.files, ...since.files] })
      },
    }
  }, [show, type])
  return useMemo(() => ({ content: text, files, latest, type, ...acts }), [text, files, type, acts])
}
