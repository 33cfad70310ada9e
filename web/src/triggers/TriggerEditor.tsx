import { acceptCompletion, autocompletion, closeCompletion, completionKeymap, completionStatus, startCompletion, type Completion as Item, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { Compartment, EditorState, Prec, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, hoverTooltip, keymap, placeholder as hint } from '@codemirror/view'
import { useEffect, useImperativeHandle, useRef, type Ref } from 'react'
import { json } from '../api/http'
import type { Completion, TriggerEntry } from '../api/types'
import { directions } from './direction'
import { type Painted, scan } from './scan'

export interface EditorHandle {
  focus: () => void
  set: (text: string) => void
}

/** What the server said of the text as it was a moment ago. */
export interface Remark {
  text: string
  from: number
  to: number
  look: Painted['look']
  why: string
}

interface Props {
  ref?: Ref<EditorHandle>
  initial: string
  label: string
  placeholder: string
  catalog: readonly TriggerEntry[]
  remarks: readonly Remark[]
  /** The conversation or the prompt whose variables are offered. */
  about: object
  autoFocus?: boolean
  onChange: (text: string) => void
  /** Where the caret is. */
  onCaret?: (at: number) => void
  onSubmit: () => void
  onEscape?: () => void
  onFiles: (files: File[]) => void
}

const learn = StateEffect.define<{ catalog: readonly TriggerEntry[]; remarks: readonly Remark[] }>()

interface Paint {
  catalog: readonly TriggerEntry[]
  remarks: readonly Remark[]
  found: (Painted & { from: number; to: number })[]
  marks: DecorationSet
}

function paint(text: string, catalog: readonly TriggerEntry[], remarks: readonly Remark[]): Paint {
  const found = scan(text, catalog).map((one) => {
    const said = remarks.find((remark) => remark.text === text && remark.from === one.span.start)
    return { ...one, from: one.span.start, to: said ? said.to : one.span.end, ...(said ? { look: said.look, why: said.why || one.why } : {}) }
  })
  const marks = Decoration.set(
    found.filter((one) => one.to > one.from).map((one) => Decoration.mark({ class: `trigger ${one.look}` }).range(one.from, one.to)),
    true,
  )
  return { catalog, remarks, found, marks }
}

const painting = StateField.define<Paint>({
  create: (state) => paint(state.doc.toString(), [], []),
  update(value, transaction) {
    const news = transaction.effects.find((effect) => effect.is(learn))
    if (!news && !transaction.docChanged) return value
    return paint(transaction.newDoc.toString(), news?.value.catalog ?? value.catalog, news?.value.remarks ?? value.remarks)
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.marks),
})

const reasons = hoverTooltip((view, at) => {
  const one = view.state.field(painting).found.find(({ from, to }) => at >= from && at <= to)
  if (!one) return null
  return {
    pos: one.from,
    end: one.to,
    above: true,
    create: () => {
      const dom = document.createElement('div')
      dom.className = `trigger-why ${one.look}`
      dom.textContent = one.why
      return { dom }
    },
  }
}, { hoverTime: 200 })

async function complete(context: CompletionContext, about: object): Promise<CompletionResult | null> {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 400), context.pos)
  const start = before.lastIndexOf('@.')
  if (start < 0 || /[;\n]/.test(before.slice(start))) return null
  const asked = new AbortController()
  context.addEventListener('abort', () => asked.abort())
  try {
    const { items } = await json<{ items: Completion[] }>('/api/triggers/complete', { method: 'POST', body: { ...about, text: context.state.doc.toString(), caret: context.pos }, signal: asked.signal })
    const first = items[0]
    if (!first) return null
    return {
      from: first.span.start,
      to: first.span.end,
      filter: false,
      options: items.map((item, n): Item => ({
        label: item.label,
        boost: -n,
        ...(item.detail ? { detail: item.detail } : {}),
        apply: (view) => {
          view.dispatch({ changes: { from: item.span.start, to: item.span.end, insert: item.insertText }, selection: { anchor: item.span.start + item.insertText.length }, userEvent: 'input.complete' })
          if (!item.insertText.trimEnd().endsWith(';')) startCompletion(view)
        },
      })),
    }
  } catch {
    return null
  }
}

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

/** What the box is called, and what stands in it while it is empty. */
const said = ({ label, placeholder }: { label: string; placeholder: string }) => [hint(placeholder), EditorView.contentAttributes.of({ 'aria-label': label })]

/** The box in which a turn is written: triggers are painted, explained and completed while one types. */
export default function TriggerEditor({ ref, initial, label, placeholder, catalog, remarks, about, autoFocus = false, onChange, onCaret, onSubmit, onEscape, onFiles }: Props) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useRef({ about, onChange, onCaret, onSubmit, onEscape, onFiles })
  useEffect(() => {
    latest.current = { about, onChange, onCaret, onSubmit, onEscape, onFiles }
  })
  const first = useRef({ initial, label, placeholder, autoFocus })
  const hints = useRef(new Compartment())

  useEffect(() => {
    const start = first.current
    const files = (list: DataTransfer | null) => {
      const all = [...(list?.files ?? [])]
      if (all.length > 0) latest.current.onFiles(all)
      return all.length > 0
    }
    const editor = new EditorView({
      parent: host.current as HTMLDivElement,
      state: EditorState.create({
        doc: start.initial,
        selection: { anchor: start.initial.length },
        extensions: [
          EditorView.cspNonce.of(nonce),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ spellcheck: 'true', autocapitalize: 'sentences' }),
          directions,
          history(),
          painting,
          reasons,
          hints.current.of(said(start)),
          autocompletion({ override: [(context) => complete(context, latest.current.about)], icons: false, aboveCursor: true, closeOnBlur: true, interactionDelay: 0 }),
          Prec.highest(
            keymap.of([
              { key: 'Tab', run: acceptCompletion },
              {
                key: 'Enter',
                run: (target) => {
                  if (completionStatus(target.state) === 'active' && acceptCompletion(target)) return true
                  closeCompletion(target)
                  latest.current.onSubmit()
                  return true
                },
              },
              {
                key: 'Escape',
                run: (target) => {
                  if (closeCompletion(target)) return true
                  latest.current.onEscape?.()
                  return latest.current.onEscape !== undefined
                },
              },
            ]),
          ),
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString())
            if (update.docChanged || update.selectionSet) latest.current.onCaret?.(update.state.selection.main.head)
          }),
          EditorView.domEventHandlers({ paste: (event) => files(event.clipboardData), drop: (event) => files(event.dataTransfer) && (event.preventDefault(), true) }),
        ],
      }),
    })
    view.current = editor
    if (start.autoFocus) editor.focus()
    const moved = new ResizeObserver(() => editor.requestMeasure()) // what is said under the box changes its place, and that of its list
    if (editor.dom.closest('form')) moved.observe(editor.dom.closest('form') as HTMLElement)
    return () => {
      moved.disconnect()
      editor.destroy()
    }
  }, [])

  useEffect(() => view.current?.dispatch({ effects: hints.current.reconfigure(said({ label, placeholder })) }), [label, placeholder])
  useEffect(() => view.current?.dispatch({ effects: learn.of({ catalog, remarks }) }), [catalog, remarks])
  useImperativeHandle(ref, () => ({
    focus: () => view.current?.focus(),
    set: (text) => {
      const target = view.current
      if (target && target.state.doc.toString() !== text) target.dispatch({ changes: { from: 0, to: target.state.doc.length, insert: text }, selection: { anchor: text.length } })
    },
  }))
  return <div ref={host} className="trigger-editor" />
}
