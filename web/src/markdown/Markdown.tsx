import { memo, useMemo, useRef } from 'react'
import remend from 'remend'
import { type Block, BlockReader, tokensOf } from './blocks'
import { Tokens } from './Tokens'
import './markdown.css'

/** How many blocks are drawn as one part. */
const size = 12
/** From how many blocks on the parts that are out of sight are not laid out. */
const many = 36

/**
 * Draws an answer while it grows. No HTML is ever made of text: each token becomes an element of React, and what is HTML in the answer is shown as it was written.
 */
export const Markdown = memo(function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const reader = useRef<BlockReader>(null)
  reader.current ??= new BlockReader()
  const blocks = reader.current.read(text)
  const parts: Block[][] = []
  for (let n = 0; n < blocks.length; n += size) parts.push(blocks.slice(n, n + size))
  return (
    <div className={blocks.length > many ? 'markdown lengthy' : 'markdown'}>
      {parts.map((part, n) => (
        <PartView key={part[0]?.at ?? n} blocks={part} open={streaming && n === parts.length - 1} />
      ))}
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
  const tokens = useMemo(() => tokensOf(open && raw.length < 20_000 ? remend(raw) : raw), [raw, open])
  return <Tokens tokens={tokens} open={open} />
})
