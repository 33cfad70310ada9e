import { memo, useMemo, useRef } from 'react'
import remend from 'remend'
import { BlockReader, tokensOf } from './blocks'
import { Tokens } from './Tokens'
import './markdown.css'

/** From how many blocks on those that are out of sight are not laid out. */
const many = 40

/**
 * Draws an answer while it grows. No HTML is ever made of text: each token becomes an element of React, and what is HTML in the answer is shown as it was written.
 */
export const Markdown = memo(function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const reader = useRef<BlockReader>(null)
  reader.current ??= new BlockReader()
  const blocks = reader.current.read(text)
  return (
    <div className={blocks.length > many ? 'markdown lengthy' : 'markdown'}>
      {blocks.map((block, n) => (
        <BlockView key={block.at} raw={block.raw} open={streaming && n === blocks.length - 1} />
      ))}
    </div>
  )
})

const BlockView = memo(function BlockView({ raw, open }: { raw: string; open: boolean }) {
  const tokens = useMemo(() => tokensOf(open && raw.length < 20_000 ? remend(raw) : raw), [raw, open])
  return <Tokens tokens={tokens} open={open} />
})
