import { useState } from 'react'
import { json, told } from '../api/http'
import type { Json, Tool } from '../api/types'
import { Fault } from '../kit/Bits'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { duration, pretty } from '../kit/words'
import { Long } from '../markdown/Long'
import { example } from './example'

interface Tried {
  result?: Json
  error?: string
  milliseconds: number
}

/** Calls a tool outside any turn, with the same checks and bounds as in one. Whoever presses the button sees the arguments, and so approves of the call. */
export function TryTool({ tool, onClose }: { tool: Tool; onClose: () => void }) {
  const [input, setInput] = useState(() => JSON.stringify(example(tool.schema), null, 2))
  const [tried, setTried] = useState<Tried | null>(null)
  const [fault, setFault] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const call = async () => {
    setBusy(true)
    setTried(null)
    setFault(null)
    try {
      setTried(await json<Tried>(`/api/tools/${encodeURIComponent(tool.name)}/call`, { method: 'POST', body: { arguments: JSON.parse(input || '{}') as Json, approved: true } }))
    } catch (error) {
      setFault(error instanceof SyntaxError ? new Error(`The arguments are not JSON yet: ${told(error)}`) : error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog title={`Try ${tool.name}`} isOpen onClose={onClose} shape="wide">
      <div className="form">
        <Field label="Arguments" lines={6} mono value={input} onChange={setInput} />
        <div className="actions">
          <Button look="main" isDisabled={busy} onPress={() => void call()}>
            Call it
          </Button>
          {tried ? <span className="soft">{duration(tried.milliseconds)}</span> : null}
        </div>
        {fault === null ? null : <Fault error={fault} />}
        {tried?.error === undefined ? null : <Fault error={tried.error} />}
        {tried && tried.error === undefined ? (
          <section aria-label="Result">
            <div className="small-head">Result</div>
            <Long text={pretty(tried.result ?? null)} mono />
          </section>
        ) : null}
      </div>
    </Dialog>
  )
}
