import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { Suspense, useRef } from 'react'
import type { PromptMessage } from '../api/types'
import { Button, IconButton } from '../kit/Button'
import { Select } from '../kit/Fields'
import { later } from '../kit/later'
import { useFocusNear } from '../kit/useFocusNear'
import type { Mark } from './PromptText'
import type { Issue } from './useIssues'

const PromptText = later(() => import('./PromptText'))

const roles = [
  { id: 'system', label: 'system' },
  { id: 'user', label: 'user' },
  { id: 'assistant', label: 'assistant' },
]

interface Props {
  messages: readonly PromptMessage[]
  names: readonly string[]
  issues: readonly Issue[]
  onChange: (messages: PromptMessage[]) => void
}

/** The messages of a prompt as blocks. */
export function Messages({ messages, names, issues, onChange }: Props) {
  const keys = useRef<number[]>([])
  const next = useRef(0)
  const near = useFocusNear<HTMLElement>('button[aria-label^="Remove message"]', '[aria-label="Messages"] > .actions button')
  while (keys.current.length < messages.length) keys.current.push(next.current++)
  const put = (n: number, message: PromptMessage) => onChange(messages.map((one, m) => (m === n ? message : one)))
  const drop = (n: number) => {
    keys.current.splice(n, 1)
    onChange(messages.filter((_, m) => m !== n))
  }
  const move = (n: number, by: number) => {
    const all = [...messages]
    const [one] = all.splice(n, 1)
    const [key] = keys.current.splice(n, 1)
    if (!one || key === undefined) return
    all.splice(n + by, 0, one)
    keys.current.splice(n + by, 0, key)
    onChange(all)
  }
  return (
    <section aria-label="Messages" className="prompt-section" {...near}>
      <h2>Messages</h2>
      {messages.map((message, n) => (
        <div key={keys.current[n]} className={`message-block ${message.role}`}>
          <div className="message-head">
            <Select label={`Role of message ${String(n + 1)}`} hidden small value={message.role} options={roles} onChange={(role) => put(n, { ...message, role })} />
            <span className="turn-tools">
              <IconButton label={`Move message ${String(n + 1)} up`} small isDisabled={n === 0} onPress={() => move(n, -1)}>
                <ArrowUp />
              </IconButton>
              <IconButton label={`Move message ${String(n + 1)} down`} small isDisabled={n === messages.length - 1} onPress={() => move(n, 1)}>
                <ArrowDown />
              </IconButton>
              <IconButton label={`Remove message ${String(n + 1)}`} small onPress={() => drop(n)}>
                <Trash2 />
              </IconButton>
            </span>
          </div>
          {typeof message.content === 'string' ? (
            <Text n={n} text={message.content} names={names} marks={marksOf(issues, n, 0)} onChange={(content) => put(n, { ...message, content })} />
          ) : (
            message.content.map((part, p) =>
              part.type === 'text' ? (
                <Text key={p} n={n} text={part.text ?? ''} names={names} marks={marksOf(issues, n, p)} onChange={(text) => put(n, { ...message, content: (message.content as typeof message.content & object[]).map((one, q) => (q === p ? { ...(one as object), type: 'text', text } : one)) as PromptMessage['content'] })} />
              ) : (
                <p key={p} className="soft pad">
                  {part.mediaType ?? 'media'}: <code>{part.url ?? part.file}</code>
                </p>
              ),
            )
          )}
        </div>
      ))}
      <div className="actions">
        {roles.map(({ id }) => (
          <Button key={id} small onPress={() => onChange([...messages, { role: id, content: '' }])}>
            <Plus aria-hidden /> {id}
          </Button>
        ))}
      </div>
    </section>
  )
}

function Text({ n, text, names, marks, onChange }: { n: number; text: string; names: readonly string[]; marks: Mark[]; onChange: (text: string) => void }) {
  const label = `Text of message ${String(n + 1)}`
  return (
    <Suspense fallback={<textarea className="input mono" dir="auto" aria-label={label} value={text} rows={6} onChange={(event) => onChange(event.target.value)} />}>
      <PromptText label={label} value={text} names={names} marks={marks} placeholder="What the model reads; {{name}} is a variable" onChange={onChange} />
    </Suspense>
  )
}

function marksOf(issues: readonly Issue[], message: number, part: number): Mark[] {
  return issues
    .filter(({ path, span }) => span && path === `messages[${String(message)}].content[${String(part)}]`)
    .map(({ span, severity, message: says, fix }) => ({ from: span?.start ?? 0, to: span?.end ?? 0, severity, message: says, ...(fix?.text === undefined ? {} : { fix: { message: fix.message, text: fix.text } }) }))
}
