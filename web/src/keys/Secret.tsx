import { Copy } from 'lucide-react'
import { Button } from '../kit/Button'
import { copy } from '../kit/copy'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { useSignal } from '../api/signal'
import { issued } from './issued'

/** The secret of a key just made, this once: it stands above every page until somebody says that they have it. */
export function Secret() {
  const made = useSignal(issued)
  if (!made) return null
  const onClose = () => {
    issued.value = null
  }
  return (
    <Dialog title={`The secret of “${made.name}”`} isOpen onClose={onClose}>
      <div className="form">
        <p className="soft">Copy it now: it is kept nowhere, and never shown again.</p>
        <Field label="Secret" value={made.key} onChange={() => undefined} isReadOnly mono />
        <div className="actions end">
          <Button onPress={() => void copy(made.key)}>
            <Copy aria-hidden /> Copy
          </Button>
          <Button look="main" onPress={onClose}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
