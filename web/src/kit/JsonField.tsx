import { useState } from 'react'
import type { Json } from '../api/types'
import { Field, type TextProps } from './Fields'

interface Props extends Omit<TextProps, 'value' | 'onChange' | 'type' | 'mono' | 'error'> {
  value: Json
  /** Not told while what stands in it is no JSON. */
  onChange: (value: Json) => void
}

/** A field for JSON. What is half typed stays in it, marked, and the value is what it was; when the value is changed from elsewhere, that is shown. */
export function JsonField({ value, onChange, ...rest }: Props) {
  const said = JSON.stringify(value)
  const [typed, setTyped] = useState<{ text: string; over: string; wrong?: string } | null>(null)
  const now = typed?.over === said ? typed : { text: said }
  return (
    <Field
      {...rest}
      mono
      value={now.text}
      error={'wrong' in now ? now.wrong : undefined}
      onChange={(text) => {
        try {
          const next = JSON.parse(text) as Json
          setTyped({ text, over: JSON.stringify(next) })
          onChange(next)
        } catch (error) {
          setTyped({ text, over: said, wrong: `This is not JSON yet: ${(error as Error).message}` })
        }
      }}
    />
  )
}
