import { useState } from 'react'
import { json } from '../api/http'
import type { Tool, Turn } from '../api/types'
import { Answer } from '../conversations/Answer'
import '../conversations/conversations.css'
import { keptPieces } from '../conversations/pieces'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { Field } from '../kit/Fields'
import { sayError } from '../kit/Toasts'
import { example } from './example'

/** Calls a tool by hand: as a turn of the echo model, so that approval, time limits and the road are those of any call. */
export function TryTool({ tool, onClose }: { tool: Tool; onClose: () => void }) {
  const [input, setInput] = useState(() => JSON.stringify(example(tool.schema), null, 2))
  const [turn, setTurn] = useState<Turn | null>(null)
  const [busy, setBusy] = useState(false)
  const call = async () => {
    setBusy(true)
    try {
      const line = JSON.stringify(JSON.parse(input))
      setTurn(await json<Turn>('/api/turns', { method: 'POST', body: { content: `call ${tool.name} ${line}`, model: 'builtin/echo', tools: [tool.name] } }))
    } catch (error) {
      sayError(error)
    } finally {
      setBusy(false)
    }
  }
  const pieces = turn ? keptPieces(turn).filter((piece) => piece.kind === 'tool') : []
  return (
    <Dialog title={`Try ${tool.name}`} isOpen onClose={onClose} shape="wide">
      <div className="form">
        <p className="soft">It runs as a turn of builtin/echo, so it is kept and has a road like any other.</p>
        <Field label="Arguments" lines={6} mono value={input} onChange={setInput} />
        <div className="actions">
          <Button look="main" isDisabled={busy} onPress={() => void call()}>
            Call it
          </Button>
        </div>
        {turn ? <Answer pieces={pieces} turn={turn.id} /> : null}
        {turn && pieces.length === 0 ? <p className="wrong">{turn.answer}</p> : null}
      </div>
    </Dialog>
  )
}
