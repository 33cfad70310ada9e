import { useState } from 'react'

/**
 * The text of a field over a value of another kind. It stays as it was typed for as long as it says the value, so that "1." and the begin of a line are not taken away under the hands; when the value is changed from elsewhere, that is shown.
 */
export function useTyped<T>(value: T, show: (value: T) => string, read: (text: string) => T): [text: string, type: (text: string) => T] {
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed !== null && isSame(read(typed), value) ? typed : show(value)
  const type = (next: string): T => {
    setTyped(next)
    return read(next)
  }
  return [text, type]
}

const isSame = (one: unknown, other: unknown): boolean => Object.is(one, other) || JSON.stringify(one) === JSON.stringify(other)
