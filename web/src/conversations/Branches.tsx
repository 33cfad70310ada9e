import { ChevronLeft, ChevronRight } from 'lucide-react'
import { json } from '../api/http'
import type { Turn } from '../api/types'
import { IconButton } from '../kit/Button'

interface Props {
  turn: Turn
  siblings: readonly string[]
  isBusy: boolean
  onShow: (sibling: string) => void
}

/** Which of the turns at one place is shown, and the way to the others. */
export function Branches({ turn, siblings, isBusy, onShow }: Props) {
  const at = siblings.indexOf(turn.id)
  const before = siblings[at - 1]
  const after = siblings[at + 1]
  return (
    <span className="branches" role="group" aria-label="Branches">
      <IconButton label="The branch before" small isDisabled={isBusy || before === undefined} onPress={() => before && onShow(before)}>
        <ChevronLeft />
      </IconButton>
      <span>
        {at + 1} / {siblings.length}
      </span>
      <IconButton label="The next branch" small isDisabled={isBusy || after === undefined} onPress={() => after && onShow(after)}>
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
