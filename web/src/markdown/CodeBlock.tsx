import { Check, Copy } from 'lucide-react'
import { memo, useEffect, useState } from 'react'
import { IconButton } from '../kit/Button'
import { copy } from '../kit/copy'
import type { Colored } from './highlight'

const LargestColored = 60_000
const LinesInChunk = 200

interface Props {
  text: string
  language: string
  open?: boolean
}

/** Code with its language and a button to copy it. It is coloured when it is complete. */
export const CodeBlock = memo(function CodeBlock({ text, language, open = false }: Props) {
  const name = language.trim().split(/\s/, 1)[0]?.toLowerCase() ?? ''
  const [colored, setColored] = useState<{ text: string; nodes: Colored[] } | null>(null)
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (open || name === '' || text.length > LargestColored) return
    let gone = false
    void import('./highlight').then(({ highlight }) => {
      const nodes = highlight(text, name)
      if (!gone && nodes) setColored({ text, nodes })
    })
    return () => {
      gone = true
    }
  }, [open, name, text])
  const press = () => {
    void copy(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <div className="code">
      <div className="code-head">
        <span>{name || 'text'}</span>
        <IconButton label="Copy code" small onPress={press}>
          {copied ? <Check /> : <Copy />}
        </IconButton>
      </div>
      <pre tabIndex={0} aria-label={`Code${name ? ` in ${name}` : ''}`}>
        <code>{colored?.text === text ? colored.nodes.map((node, n) => <Painted key={n} node={node} />) : chunks(text).map((chunk, n) => <Chunk key={n} text={chunk} />)}</code>
      </pre>
    </div>
  )
})

/** Lines that are drawn once, so that code may grow at its end without being laid out anew. */
const Chunk = memo(({ text }: { text: string }) => <span className="chunk">{text}</span>)

function chunks(text: string): string[] {
  const lines = text.split('\n')
  if (lines.length <= LinesInChunk) return [text]
  const all: string[] = []
  for (let n = 0; n < lines.length; n += LinesInChunk) all.push(`${lines.slice(n, n + LinesInChunk).join('\n')}\n`)
  return all
}

function Painted({ node }: { node: Colored }) {
  if (node.text !== undefined) return node.text
  return <span className={node.name}>{node.inner?.map((inner, n) => <Painted key={n} node={inner} />)}</span>
}
