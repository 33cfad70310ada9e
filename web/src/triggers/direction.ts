import { RangeSetBuilder } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

const auto = Decoration.line({ attributes: { dir: 'auto' } })

function linesOf(view: EditorView): DecorationSet {
  const lines = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at)
      lines.add(line.from, line.from, auto)
      at = line.to + 1
    }
  }
  return lines.finish()
}

/** Each line runs as its own letters do: Hebrew and Arabic from right to left. */
export const directions = [
  EditorView.perLineTextDirection.of(true),
  ViewPlugin.fromClass(
    class {
      decorations
      constructor(view: EditorView) {
        this.decorations = linesOf(view)
      }
      update(update: ViewUpdate) {
        if (update.docChanged || update.viewportChanged) this.decorations = linesOf(update.view)
      }
    },
    { decorations: (plugin) => plugin.decorations },
  ),
]
