import { Confirm } from './Confirm'

interface Props {
  /** What was changed, such as "this prompt". */
  what: string
  onAct: () => void
  onClose: () => void
}

/** Asks before changes that were not saved are let go. */
export const TakeBack = ({ what, onAct, onClose }: Props) => (
  <Confirm
    title="Take your changes back?"
    keep="Keep what I wrote"
    act="Take them back"
    onAct={() => {
      onAct()
      onClose()
    }}
    onClose={onClose}
  >
    <p>What you changed in {what} and did not save is gone for good; it is as it was saved last.</p>
  </Confirm>
)
