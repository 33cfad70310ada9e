import { autocompletion, completionKeymap, type CompletionContext } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { lintGutter, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { Annotation, Compartment, EditorState } from '@codemirror/state'
import { Decoration, EditorView, keymap, MatchDecorator, placeholder as hint, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { directions } from '../triggers/direction'

export interface Mark {
  from: number
  to: number
  severity: 'error' | 'warning' | 'info'
  message: string
  /** What to write instead, and what the button says. */
  fix?: { message: string; text: string }
}

interface Props {
  label: string
  value: string
  placeholder?: string
  /** Names that are completed between braces. */
  names: readonly string[]
  marks?: readonly Mark[]
  onChange: (value: string) => void
}

const holes = new MatchDecorator({ regexp: /(\\?)\{\{[^{}]*\}\}/g, decoration: (match) => Decoration.mark({ class: match[1] ? 'hole literal' : /^\{\{[#/^>!]|^\{\{(role|media|history|section|else)\b/.test(match[0]) ? 'hole structure' : 'hole' }) })
const painted = ViewPlugin.fromClass(
  class {
    decorations
    constructor(view: EditorView) {
      this.decorations = holes.createDeco(view)
    }
    update(update: ViewUpdate) {
      this.decorations = holes.updateDeco(update, this.decorations)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
const none: readonly Mark[] = []

/** Marks what was put into the editor, not written in it. */
const given = Annotation.define<boolean>()

/** The text of a prompt's message: holes are painted, names are completed, faults stand in the margin. */
export default function PromptText({ label, value, placeholder = '', names, marks = none, onChange }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef({ onChange, names })
  useEffect(() => {
    latest.current = { onChange, names }
  })
  const first = useRef({ value, label, placeholder })
  const labels = useRef(new Compartment())
  useEffect(() => {
    const start = first.current
    const complete = (context: CompletionContext) => {
      const before = context.matchBefore(/\{\{[#~]?[\w ]*$/)
      const typed = context.matchBefore(/\w*$/)
      if (!before || !typed) return null
      return { from: typed.from, options: latest.current.names.map((name) => ({ label: name, type: 'variable', apply: context.state.sliceDoc(context.pos, context.pos + 2) === '}}' ? name : `${name}}}` })) }
    }
    const editor = new EditorView({
      parent: host.current as HTMLDivElement,
      state: EditorState.create({
        doc: start.value,
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.lineWrapping,
          directions,
          labels.current.of(EditorView.contentAttributes.of({ 'aria-label': start.label })),
          history(),
          painted,
          lintGutter(),
          hint(start.placeholder),
          autocompletion({ override: [complete], icons: false, interactionDelay: 0 }),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((one) => one.annotation(given))) latest.current.onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])
  useEffect(() => view.current?.dispatch({ effects: labels.current.reconfigure(EditorView.contentAttributes.of({ 'aria-label': label })) }), [label])
  useEffect(() => {
    const editor = view.current
    if (editor && editor.state.doc.toString() !== value.replaceAll(/\r\n?/g, '\n')) editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value }, annotations: given.of(true) }) // an editor's lines end one way
  }, [value])
  useEffect(() => {
    const editor = view.current
    if (!editor) return
    const end = editor.state.doc.length
    editor.dispatch(setDiagnostics(editor.state, marks.map(({ fix, ...mark }): Diagnostic => ({ ...mark, from: Math.min(mark.from, end), to: Math.min(mark.to, end), ...(fix ? { actions: [{ name: fix.message, apply: (target, from, to) => target.dispatch({ changes: { from, to, insert: fix.text } }) }] } : {}) }))))
  }, [marks])
  return <div ref={host} className="prompt-text" />
}
