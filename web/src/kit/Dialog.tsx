import { X } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { Dialog as Aria, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { IconButton } from './Button'

interface Props {
  title: string
  isOpen: boolean
  onClose: () => void
  /** A drawer stands at the side and is as high as the page. */
  shape?: 'box' | 'wide' | 'drawer'
  /** It only shows something: a click beside it closes it too. Where something is written or told once, that would lose it. */
  isLight?: boolean
  children: ReactNode
}

export function Dialog({ title, isOpen, onClose, shape = 'box', isLight = false, children }: Props) {
  // A button that was pressed and then disabled has lost the focus; Escape must still lead back.
  useEffect(() => {
    if (!isOpen) return
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && document.activeElement === document.body) onClose()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [isOpen, onClose])
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable={isLight} className={`overlay ${shape}`}>
      <Modal className={`modal ${shape}`}>
        <Aria className="dialog">
          <header className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton label="Close" onPress={onClose}>
              <X />
            </IconButton>
          </header>
          <div className="dialog-body">{children}</div>
        </Aria>
      </Modal>
    </ModalOverlay>
  )
}
