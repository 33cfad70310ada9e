import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
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

/** For how long something can be read, in milliseconds. */
const timeFor = ({ text, bad }: Toast): number => Math.max(bad ? 9000 : 5000, 2000 + 70 * text.length)

/** Says something at the edge of the page for as long as it takes to read it, and for as long as somebody is at it. */
export function say(text: string, bad = false): void {
  const id = ++last
  toasts.value = [...toasts.value.slice(-3), { id, text, bad }]
}

export const sayError = (error: unknown): void => say(told(error), true)

export function Toasts() {
  const shown = useSignal(toasts)
  return (
    <div className="toasts" role="status" aria-live="polite" data-react-aria-top-layer="true">
      {shown.map((toast) => (
        <Said key={toast.id} toast={toast} />
      ))}
    </div>
  )
}

function Said({ toast }: { toast: Toast }) {
  const [isOver, setOver] = useState(false)
  const [isIn, setIn] = useState(false)
  const isHeld = isOver || isIn
  useEffect(() => {
    if (isHeld) return
    const timer = setTimeout(() => drop(toast.id), timeFor(toast))
    return () => clearTimeout(timer)
  }, [toast, isHeld])
  return (
    <div className={`toast${toast.bad ? ' bad' : ''}`} onPointerEnter={() => setOver(true)} onPointerLeave={() => setOver(false)} onFocus={() => setIn(true)} onBlur={() => setIn(false)}>
      <span dir="auto">{toast.text}</span>
      <IconButton label="Dismiss" small onPress={() => drop(toast.id)}>
        <X />
      </IconButton>
    </div>
  )
}
