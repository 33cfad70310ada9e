import { X } from 'lucide-react'
import { Signal, useSignal } from '../api/signal'
import { told } from '../api/http'
import { IconButton } from './Button'

interface Toast {
  id: number
  text: string
  bad: boolean
}

const toasts = new Signal<Toast[]>([])
let last = 0

const drop = (id: number) => {
  toasts.value = toasts.value.filter((toast) => toast.id !== id)
}

/** Says something at the edge of the page for a while. */
export function say(text: string, bad = false): void {
  const id = ++last
  toasts.value = [...toasts.value.slice(-3), { id, text, bad }]
  setTimeout(() => drop(id), bad ? 9000 : 4000)
}

export const sayError = (error: unknown): void => say(told(error), true)

export function Toasts() {
  const shown = useSignal(toasts)
  return (
    <div className="toasts" role="status" aria-live="polite" data-react-aria-top-layer="true">
      {shown.map((toast) => (
        <div key={toast.id} className={`toast${toast.bad ? ' bad' : ''}`}>
          <span>{toast.text}</span>
          <IconButton label="Dismiss" small onPress={() => drop(toast.id)}>
            <X />
          </IconButton>
        </div>
      ))}
    </div>
  )
}
