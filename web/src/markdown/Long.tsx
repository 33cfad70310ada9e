import { useState } from 'react'
import { Button } from '../kit/Button'
import { bytes } from '../kit/words'

const First = 20_000

/** A text without form that may be very long: only its beginning is drawn until more is asked for. */
export function Long({ text, mono = false }: { text: string; mono?: boolean }) {
  const [shown, setShown] = useState(First)
  return (
    <div className={mono ? 'long mono' : 'long'}>
      {text.slice(0, shown)}
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
