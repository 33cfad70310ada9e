import type { ReactNode } from 'react'
import { Button } from './Button'
import { Dialog } from './Dialog'

interface Props {
  /** The question. */
  title: string
  /** What it takes, and what of it can be taken back. */
  children: ReactNode
  /** What the button says that does it. */
  act: string
  /** What the button says that leaves all as it is. */
  keep?: string
  busy?: boolean
  onAct: () => void
  onClose: () => void
}

/** Asks before something is gone. */
export function Confirm({ title, children, act, keep = 'Keep it', busy = false, onAct, onClose }: Props) {
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      {children}
      <div className="actions end">
        <Button autoFocus onPress={onClose}>
          {keep}
        </Button>
        <Button look="danger" isDisabled={busy} onPress={onAct}>
          {act}
        </Button>
      </div>
    </Dialog>
  )
}
