import { TriangleAlert } from 'lucide-react'
import { Button } from './Button'

interface Props {
  /** What somebody else saved, such as "rule". */
  what: string
  busy?: boolean
  /** What the button says that goes on with what is written here. */
  keep?: string
  onTheirs: () => void
  onMine: () => void
}

/** Somebody else saved what is written here meanwhile: which of the two counts is asked. */
export const Overtaken = ({ what, busy = false, keep = 'Keep mine', onTheirs, onMine }: Props) => (
  <div className="overtaken" role="status">
    <TriangleAlert aria-hidden />
    <span>Somebody saved this {what} meanwhile. What you wrote is still here, and saved over theirs only when you say so.</span>
    <Button small isDisabled={busy} onPress={onTheirs}>
      Take theirs
    </Button>
    <Button small isDisabled={busy} onPress={onMine}>
      {keep}
    </Button>
  </div>
)
