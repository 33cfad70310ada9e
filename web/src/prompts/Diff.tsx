import { MergeView } from '@codemirror/merge'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useRef } from 'react'

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

/** Two texts side by side, with what differs marked; what is the same is folded away. */
export default function Diff({ before, after, labels }: { before: string; after: string; labels: [string, string] }) {
  const host = useRef<HTMLDivElement>(null)
  const [left, right] = labels
  useEffect(() => {
    const extensions = (label: string) => [EditorView.cspNonce.of(nonce), EditorView.lineWrapping, EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' })]
    const view = new MergeView({ parent: host.current as HTMLDivElement, a: { doc: before, extensions: extensions(left) }, b: { doc: after, extensions: extensions(right) }, collapseUnchanged: { margin: 3, minSize: 6 }, gutter: true })
    return () => view.destroy()
  }, [before, after, left, right])
  return <div ref={host} className="diff" />
}
