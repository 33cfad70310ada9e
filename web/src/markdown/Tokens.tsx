import { Fragment, type ReactNode, useState } from 'react'
import type { Token, Tokens as Marked } from 'marked'
import { Button } from '../kit/Button'
import { CodeBlock } from './CodeBlock'
import { Long } from './Long'
import { Picture } from './Picture'
import { Plain } from './Plain'
import { decoded, linkTo, pictureAt } from './safe'

const Deepest = 24
const FewRows = 200

interface Props {
  tokens: Token[]
  open?: boolean
  depth?: number
}

export function Tokens({ tokens, open = false, depth = 0 }: Props): ReactNode {
  if (depth > Deepest) return <Plain text={tokens.map((token) => token.raw).join('')} />
  return tokens.map((token, n) => <Fragment key={n}>{draw(token as Marked.Generic, open && n === tokens.length - 1, depth)}</Fragment>)
}

function draw(token: Marked.Generic, open: boolean, depth: number): ReactNode {
  const inner = () => (token.tokens && token.tokens.length > 0 ? <Tokens tokens={token.tokens} open={open} depth={depth + 1} /> : words(token))
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading': {
      const Level = `h${String(Math.min(6, (token['depth'] as number) + 2))}` as 'h3'
      return <Level dir="auto" data-level={token['depth'] as number}>{inner()}</Level>
    }
    case 'paragraph':
      return <p dir="auto">{inner()}</p>
    case 'plain':
      return <Plain text={token.raw} />
    case 'code':
      return <CodeBlock text={token['text'] as string} language={(token['lang'] as string | undefined) ?? ''} open={open} />
    case 'blockquote':
      return <blockquote dir="auto">{inner()}</blockquote>
    case 'list':
      return <List token={token as Marked.List} open={open} depth={depth} />
    case 'table':
      return <Table token={token as Marked.Table} depth={depth} />
    case 'hr':
      return <hr />
    case 'strong':
      return <strong>{inner()}</strong>
    case 'em':
      return <em>{inner()}</em>
    case 'del':
      return <del>{inner()}</del>
    case 'codespan':
      return <code>{token['text'] as string}</code>
    case 'br':
      return <br />
    case 'link':
      return <LinkOut href={token['href'] as string}>{inner()}</LinkOut>
    case 'image':
      return <PictureAt href={token['href'] as string} alt={decoded(token['text'] as string)} />
    case 'html':
      return <span className="as-written">{token.raw}</span>
    case 'checkbox':
      return null
    default:
      return inner()
  }
}

function words(token: Marked.Generic): ReactNode {
  const text = typeof token['text'] === 'string' ? (token['text'] as string) : token.raw
  return text.length > 20_000 ? <Long text={text} /> : decoded(text)
}

function List({ token, open, depth }: { token: Marked.List; open: boolean; depth: number }) {
  const items = token.items.map((item, n) => (
    <li key={n} className={item.task ? 'task' : undefined}>
      {item.task ? <input type="checkbox" checked={item.checked ?? false} readOnly disabled aria-label={item.checked ? 'done' : 'to do'} /> : null}
      <Tokens tokens={item.tokens} open={open && n === token.items.length - 1} depth={depth + 1} />
    </li>
  ))
  return token.ordered ? <ol dir="auto" start={typeof token.start === 'number' ? token.start : 1}>{items}</ol> : <ul dir="auto">{items}</ul>
}

function Table({ token, depth }: { token: Marked.Table; depth: number }) {
  const [all, setAll] = useState(false)
  const rows = all ? token.rows : token.rows.slice(0, FewRows)
  const side = (n: number) => token.align[n] ?? undefined
  return (
    <>
      <div className="table-scroll" role="region" aria-label="Table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {token.header.map((cell, n) => (
                <th key={n} dir="auto" data-side={side(n)}>
                  <Tokens tokens={cell.tokens} depth={depth + 1} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, r) => (
              <tr key={r}>
                {row.map((cell, n) => (
                  <td key={n} dir="auto" data-side={side(n)}>
                    <Tokens tokens={cell.tokens} depth={depth + 1} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length < token.rows.length ? (
        <Button small onPress={() => setAll(true)}>
          Show all {token.rows.length} rows
        </Button>
      ) : null}
    </>
  )
}

function LinkOut({ href, children }: { href: string; children: ReactNode }) {
  const address = linkTo(href)
  if (address === null) return <span title={`This link is not followed: ${href.slice(0, 200)}`}>{children}</span>
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow" title={address.slice(0, 300)}>
      {children}
    </a>
  )
}

function PictureAt({ href, alt }: { href: string; alt: string }) {
  const source = pictureAt(href)
  const address = linkTo(href)
  const label = `Picture not loaded${alt ? `: ${alt}` : ''}`
  const missing = address === null ? <span className="as-written">{label}</span> : <LinkOut href={address}>{label}</LinkOut>
  return source === null ? missing : <Picture address={source} alt={alt} missing={missing} />
}
