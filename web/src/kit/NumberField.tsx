import type { Json } from '../api/types'
import { Field, type TextProps } from './Fields'
import { useTyped } from './useTyped'

interface Props extends Omit<TextProps, 'value' | 'onChange' | 'type' | 'lines'> {
  value: Json | undefined
  /** Undefined while nothing stands in it that is a number. */
  onChange: (value: number | undefined) => void
}

/** A field for a number. */
export function NumberField({ value, onChange, ...rest }: Props) {
  const [text, type] = useTyped<Json | undefined>(value ?? undefined, (one) => (one === undefined || one === null ? '' : String(one)), numberOf)
  return <Field {...rest} type="number" value={text} onChange={(typed) => onChange(type(typed) as number | undefined)} />
}

/** The number that a text is; undefined when it is none. */
export function numberOf(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? number : undefined
}
