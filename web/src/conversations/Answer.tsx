import { ChevronRight } from 'lucide-react'
import { memo, useState } from 'react'
import { Markdown } from '../markdown/Markdown'
import { linkTo } from '../markdown/safe'
import { Media } from './Media'
import type { Piece } from './pieces'
import { ToolCall } from './ToolCall'

/** An answer, piece by piece. */
export const Answer = memo(function Answer({ pieces, turn, streaming = false }: { pieces: readonly Piece[]; turn: string | null; streaming?: boolean }) {
  const sources = pieces.filter((piece) => piece.kind === 'source')
  const end = pieces.findLastIndex((piece) => piece.kind !== 'source')
  return (
    <div className="answer">
      {pieces.map((piece, n) => {
        const last = streaming && n === end
        switch (piece.kind) {
          case 'text':
            return <Markdown key={n} text={piece.text} streaming={last} />
          case 'reasoning':
            return <Reasoning key={n} text={piece.text} open={last} />
          case 'tool':
            return <ToolCall key={piece.callId || n} call={piece} turn={turn} />
          case 'media':
            return <Media key={n} url={piece.url} mediaType={piece.mediaType} name={piece.name} />
          default:
            return null
        }
      })}
      {sources.length > 0 ? <Sources sources={sources} /> : null}
    </div>
  )
})

function Reasoning({ text, open }: { text: string; open: boolean }) {
  const [shown, setShown] = useState(false)
  return (
    <div className="fold">
      <button type="button" className="fold-head" aria-expanded={shown} onClick={() => setShown(!shown)}>
        <ChevronRight aria-hidden />
        {open ? 'Thinking…' : 'Reasoning'}
      </button>
      {shown ? (
        <div className="fold-body soft">
          <Markdown text={text} streaming={open} />
        </div>
      ) : null}
    </div>
  )
}

function Sources({ sources }: { sources: { url: string; title: string }[] }) {
  const known = new Map(sources.map((source) => [source.url, source]))
  return (
    <ul className="sources" aria-label="Sources">
      {[...known.values()].map(({ url, title }) => {
        const address = linkTo(url)
        return (
          <li key={url}>
            {address ? (
              <a href={address} target="_blank" rel="noopener noreferrer nofollow">
                {title}
              </a>
            ) : (
              title
            )}
          </li>
        )
      })}
    </ul>
  )
}
