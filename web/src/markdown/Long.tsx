import { useState, type ReactNode } from 'react'
import { Button } from '../kit/Button'
import { bytes } from '../kit/words'

const First = 20_000

const asIs = (begun: string): ReactNode => begun

/** A text without form that may be very long: only its beginning is drawn until more is asked for. */
export function Long({ text, mono = false, draw = asIs }: { text: string; mono?: boolean; draw?: (begun: string) => ReactNode }) {
  const [shown, setShown] = useState(First)
  return (
    <div className={mono ? 'long mono' : 'long'} {...(mono ? {} : { dir: 'auto' })}>
      {draw(text.slice(0, shown))}
      {shown < text.length ? (
        <p>
          <Button small onPress={() => setShown(shown * 10)}>
            {bytes(text.length - shown)} more: show
          </Button>
        </p>
      ) : null}
    </div>
  )
}
