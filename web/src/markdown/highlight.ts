import { common, createLowlight } from 'lowlight'

/** A piece of coloured code: a text, or a named span of pieces. */
export interface Colored {
  text?: string
  name?: string
  inner?: Colored[]
}

interface Node {
  type: string
  value?: string
  properties?: { className?: string[] }
  children?: Node[]
}

const lowlight = createLowlight(common)

/** The code in colours; null when the language is not known. */
export function highlight(text: string, language: string): Colored[] | null {
  if (!lowlight.registered(language)) return null
  return (lowlight.highlight(language, text) as unknown as Node).children?.map(piece) ?? null
}

function piece(node: Node): Colored {
  return node.type === 'text' ? { text: node.value ?? '' } : { name: node.properties?.className?.join(' ') ?? '', inner: node.children?.map(piece) ?? [] }
}
