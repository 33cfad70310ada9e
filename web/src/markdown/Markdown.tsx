import { memo, useMemo, useRef } from 'react'
import remend from 'remend'
import { type Block, BlockReader, isMendable, tokensOf } from './blocks'
import { Plain } from './Plain'
import { Tokens } from './Tokens'
import './markdown.css'

/** How many blocks are drawn as one part. */
const size = 12
/** How many blocks are laid out; what is behind them is shown as it was written. */
const most = 5_000
/** From how many blocks on the parts that are out of sight are not laid out. */
const many = 36

/**
 * Draws an answer while it grows. No HTML is ever made of text: each token becomes an element of React, and what is HTML in the answer is shown as it was written.
 */
export const Markdown = memo(function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const reader = useRef<BlockReader>(null)
  reader.current ??= new BlockReader()
  const blocks = reader.current.read(text)
  const rest = blocks[most]?.at
  const parts: Block[][] = []
  for (let n = 0; n < Math.min(blocks.length, most); n += size) parts.push(blocks.slice(n, Math.min(n + size, most)))
  return (
    <div className={blocks.length > many ? 'markdown lengthy' : 'markdown'}>
      {parts.map((part, n) => (
        <PartView key={part[0]?.at ?? n} blocks={part} open={streaming && n === parts.length - 1} />
      ))}
      {rest === undefined ? null : <Plain text={text.slice(rest)} />}
    </div>
  )
})

interface PartProps {
  blocks: Block[]
  open: boolean
}

/** Some blocks in a row: as long as none of them has changed, nothing of them is looked at again. */
const PartView = memo(
  ({ blocks, open }: PartProps) => (
    <div className="part">
      {blocks.map((block, n) => (
        <BlockView key={block.at} raw={block.raw} open={open && n === blocks.length - 1} />
      ))}
    </div>
  ),
  (before, after) => before.open === after.open && before.blocks.length === after.blocks.length && before.blocks.every((block, n) => block.raw === after.blocks[n]?.raw),
)

const BlockView = memo(function BlockView({ raw, open }: { raw: string; open: boolean }) {
  const tokens = useMemo(() => tokensOf(open && isMendable(raw) ? remend(raw) : raw), [raw, open])
  return <Tokens tokens={tokens} open={open} />
})
