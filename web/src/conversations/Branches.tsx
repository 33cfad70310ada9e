import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { json } from '../api/http'
import type { Turn } from '../api/types'
import { IconButton } from '../kit/Button'

interface Props {
  turn: Turn
  siblings: readonly string[]
  isBusy: boolean
  onShow: (sibling: string) => void
}

/** The turn that was asked for here, and which way: the turn that leaves takes along the button that was pressed. */
let asked: { turn: string; way: number } | null = null

/** Which of the turns at one place is shown, and the way to the others. The focus stays on the way that was taken, or goes to the way back where that one ends. */
export function Branches({ turn, siblings, isBusy, onShow }: Props) {
  const at = siblings.indexOf(turn.id)
  const before = siblings[at - 1]
  const after = siblings[at + 1]
  const box = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (asked?.turn !== turn.id) return
    if (document.activeElement !== null && document.activeElement !== document.body) {
      asked = null
      return
    }
    const ways = box.current?.querySelectorAll('button') ?? []
    const open = [ways[asked.way], ways[1 - asked.way]].find((one) => one && !one.disabled)
    if (!open) return // while the branch is fetched
    asked = null
    open.focus()
  })
  const show = (sibling: string | undefined, way: number) => {
    if (sibling === undefined) return
    asked = { turn: sibling, way }
    onShow(sibling)
  }
  return (
    <span ref={box} className="branches" role="group" aria-label="Branches">
      <IconButton label="The branch before" small isDisabled={isBusy || before === undefined} onPress={() => show(before, 0)}>
        <ChevronLeft />
      </IconButton>
      <span>
        {at + 1} / {siblings.length}
      </span>
      <IconButton label="The next branch" small isDisabled={isBusy || after === undefined} onPress={() => show(after, 1)}>
        <ChevronRight />
      </IconButton>
    </span>
  )
}

/** For each turn the newest one that was last seen behind it, so that a branch is found again as it was left. */
const ends = new Map<string, string>()

/** Makes another branch the shown one. */
export function showBranch(conversation: string, shown: readonly Turn[], sibling: string): Promise<unknown> {
  const end = shown.at(-1)
  if (end) for (const turn of shown) ends.set(turn.id, end.id)
  return json(`/api/conversations/${encodeURIComponent(conversation)}`, { method: 'PATCH', body: { head: ends.get(sibling) ?? sibling } })
}
