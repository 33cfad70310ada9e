import { Copy } from 'lucide-react'
import { Button } from '../kit/Button'
import { copy } from '../kit/copy'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import type { IssuedKey } from './KeysPage'

/** The secret of a key, this once. */
export function Secret({ issued, onClose }: { issued: IssuedKey; onClose: () => void }) {
  return (
    <Dialog title={`The secret of “${issued.name}”`} isOpen onClose={onClose}>
      <div className="form">
        <p className="soft">Copy it now: it is kept nowhere, and never shown again.</p>
        <Field label="Secret" value={issued.key} onChange={() => undefined} isReadOnly mono />
        <div className="actions end">
          <Button onPress={() => void copy(issued.key)}>
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
