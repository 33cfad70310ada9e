import { Copy } from 'lucide-react'
import type { Json, Message, TextSource } from '../api/types'
import { partsOf } from '../conversations/pieces'
import { Button } from '../kit/Button'
import { Chip } from '../kit/Bits'
import { copy } from '../kit/copy'
import { brief, pretty } from '../kit/words'
import { Long } from '../markdown/Long'
import { sourceOf } from './stations'

export interface RequestShape {
  model: string
  messages: Message[]
  tools?: { name: string; description?: string; schema?: Json }[]
  parameters?: Record<string, Json>
}

const None: readonly TextSource[] = []

/** A model request, exactly as it is sent; each stretch of it tells where it came from, where that is known. */
export function Request({ request, sources = None }: { request: RequestShape; sources?: readonly TextSource[] | undefined }) {
  const { model, messages, tools = [], parameters = {} } = request
  return (
    <div className="request">
      <div className="request-head">
        <Chip>{model}</Chip>
        {Object.entries(parameters).map(([name, value]) => (
          <Chip key={name}>
            {name} {brief(value, 40)}
          </Chip>
        ))}
        {tools.map((tool) => (
          <Chip key={tool.name} tone="tool" title={tool.description ?? ''}>
            {tool.name}
          </Chip>
        ))}
        <Button small onPress={() => void copy(JSON.stringify(request, null, 2))}>
          <Copy aria-hidden /> JSON
        </Button>
      </div>
      {messages.map((message, n) => (
        <section key={n} className={`request-message ${message.role}`} aria-label={`${message.role} message`}>
          <div className="small-head">{message.role}</div>
          {partsOf(message).map((part, m) => (
            <Long
              key={m}
              draw={(begun) => <Stretches begun={begun} sources={sources.filter((one) => one.message === n && one.part === m)} />}
              text={part.type === 'text' || part.type === 'reasoning' ? (part.text ?? '') : pretty({ ...part, ...(part.url?.startsWith('data:') ? { url: brief(part.url, 60) } : {}) })}
              mono
            />
          ))}
        </section>
      ))}
    </div>
  )
}

function Stretches({ begun, sources }: { begun: string; sources: readonly TextSource[] }) {
  const spans = sources.flatMap(({ span, source }) => (span ? [{ ...span, source }] : []))
  if (spans.length === 0) return begun
  return spans.map(({ start, end, source }) => (
    <span key={start} className={`from ${sourceOf(source).kind || source}`} title={`from ${source}`}>
      {begun.slice(start, end)}
    </span>
  ))
}
