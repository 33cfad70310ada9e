import { Check, ChevronRight, CircleAlert, Hourglass, ShieldQuestion, Wrench } from 'lucide-react'
import { useState } from 'react'
import { json } from '../api/http'
import type { Part } from '../api/types'
import { Button } from '../kit/Button'
import { Field } from '../kit/Fields'
import { sayError } from '../kit/Toasts'
import { brief, pretty } from '../kit/words'
import { Long } from '../markdown/Long'
import { Media } from './Media'
import { addressOf, type Piece } from './pieces'
import { Questions } from './Questions'

type Call = Extract<Piece, { kind: 'tool' }>

const states = {
  running: { word: 'runs', icon: <Hourglass aria-hidden /> },
  approval: { word: 'asks for approval', icon: <ShieldQuestion aria-hidden /> },
  input: { word: 'asks something', icon: <ShieldQuestion aria-hidden /> },
  client: { word: 'waits for its caller', icon: <Hourglass aria-hidden /> },
  done: { word: 'done', icon: <Check aria-hidden /> },
  failed: { word: 'failed', icon: <CircleAlert aria-hidden /> },
  denied: { word: 'denied', icon: <CircleAlert aria-hidden /> },
}

/** A tool call in its place in the answer: what it was given, what came back, and the question whether it may run. */
export function ToolCall({ call, turn }: { call: Call; turn: string | null }) {
  const asks = call.state === 'approval' || call.state === 'input'
  const [shown, setShown] = useState(false)
  const { word, icon } = states[call.state]
  const open = shown || asks
  return (
    <div className={`tool ${call.state}`}>
      <button type="button" className="fold-head" aria-expanded={open} onClick={() => setShown(!shown)}>
        <ChevronRight aria-hidden />
        <Wrench aria-hidden />
        <code>{call.name}</code>
        <span className="tool-brief">{open ? '' : brief(call.input, 80)}</span>
        <span className={`tool-state ${call.state}`}>
          {icon} {word}
        </span>
      </button>
      {open ? (
        <div className="tool-body">
          <Shown label="Arguments" value={call.input} />
          {call.error !== undefined ? <Shown label={call.state === 'denied' ? 'Denied' : 'Error'} value={call.error} /> : call.parts ? <Parts parts={call.parts} /> : call.output !== undefined ? <Shown label="Result" value={call.output} /> : null}
          {call.state === 'approval' && turn ? <Approval turn={turn} call={call} /> : null}
          {call.state === 'input' && turn && call.questions ? <Questions turn={turn} callId={call.callId} name={call.name} questions={call.questions} /> : null}
        </div>
      ) : null}
    </div>
  )
}

function Shown({ label, value }: { label: string; value: unknown }) {
  return (
    <div className="tool-part">
      <div className="small-head">{label}</div>
      <Long text={pretty(value) ?? ''} mono />
    </div>
  )
}

/** Texts and media that a tool gave back, in order. */
function Parts({ parts }: { parts: readonly Part[] }) {
  return (
    <div className="tool-part" role="group" aria-label="Result">
      <div className="small-head">Result</div>
      {parts.map((part, n) => (part.type === 'text' ? <Long key={n} text={part.text ?? ''} /> : <Media key={n} url={addressOf(part)} mediaType={part.mediaType ?? ''} name={part.name ?? ''} />))}
    </div>
  )
}

function Approval({ turn, call }: { turn: string; call: Call }) {
  const [reason, setReason] = useState('')
  const [sent, setSent] = useState(false)
  const answer = (approved: boolean) => {
    setSent(true)
    json(`/api/turns/${encodeURIComponent(turn)}/approvals/${encodeURIComponent(call.callId)}`, { method: 'POST', body: { approved, ...(reason ? { reason } : {}) } }).catch((error: unknown) => {
      setSent(false)
      sayError(error)
    })
  }
  return (
    <div className="approval" role="group" aria-label={`May ${call.name} run?`}>
      <p>
        May <code>{call.name}</code> run with these arguments?{call.reason ? ` ${call.reason}` : ''}
      </p>
      <Field label="Reason, if you deny it" hidden value={reason} onChange={setReason} placeholder="Reason, if you deny it" />
      <div className="actions">
        <Button look="main" isDisabled={sent} onPress={() => answer(true)}>
          Approve
        </Button>
        <Button isDisabled={sent} onPress={() => answer(false)}>
          Deny
        </Button>
      </div>
    </div>
  )
}
