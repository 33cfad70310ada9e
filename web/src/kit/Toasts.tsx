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
const timeFor = ({ text }: Toast): number => Math.max(5000, 2000 + 70 * text.length)

const MOST = 4

/** Says something at the edge of the page for as long as it takes to read it, and for as long as somebody is at it. What went wrong stays until it is closed, and stands there once. */
export function say(text: string, bad = false): void {
  const others = toasts.value.filter((toast) => !(bad && toast.bad && toast.text === text))
  const pushed = others.length < MOST ? undefined : others.find((toast) => !toast.bad)
  toasts.value = [...others.filter((toast) => toast !== pushed), { id: ++last, text, bad }]
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
  const isHeld = isOver || isIn || toast.bad
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
