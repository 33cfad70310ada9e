import { bytes } from '../kit/words'

export type Policy = 'once' | 'sticky' | 'refresh'

/** Something that will go with the next turn. */
export interface Attachment {
  key: string
  name: string
  mediaType: string
  size: number
  policy: Policy
  /** A data: URL, of pictures also what is shown. */
  url?: string
  text?: string
}

const most = 20 * 1024 * 1024
const texts = /^(text\/|application\/(json|xml|yaml|x-yaml|javascript|x-sh|sql))/
const textNames = /\.(md|txt|csv|tsv|json|ya?ml|xml|html?|css|[cm]?[jt]sx?|cs|py|rb|go|rs|java|kt|c|h|cpp|sql|sh|toml|ini|log|prompt)$/i

/** Reads a file as an attachment; throws with the reason when it cannot go along. */
export async function attach(file: File): Promise<Attachment> {
  if (file.size > most) throw new Error(`“${file.name}” has ${bytes(file.size)}; a file may have 20 MB.`)
  const base = { key: crypto.randomUUID(), name: file.name || 'pasted', mediaType: file.type || 'application/octet-stream', size: file.size, policy: 'once' as const }
  if (texts.test(file.type) || (textNames.test(file.name) && !file.type.startsWith('image/'))) return { ...base, mediaType: file.type || 'text/plain', text: await file.text() }
  return { ...base, url: await dataUrl(file) }
}

export const isPicture = (attachment: Attachment): boolean => attachment.mediaType.startsWith('image/')

/** The attachment as a resource of a turn request. */
export function resourceOf({ name, mediaType, policy, url, text }: Attachment): object {
  if (text !== undefined) return { kind: 'text', title: name, text, policy }
  const kind = mediaType.startsWith('image/') ? 'image' : mediaType.startsWith('audio/') ? 'audio' : 'file'
  return { kind, title: name, data: url?.slice(url.indexOf(',') + 1), mediaType, policy }
}

const dataUrl = (file: File): Promise<string> =>
  new Promise((found, failed) => {
    const reader = new FileReader()
    reader.onload = () => found(String(reader.result))
    reader.onerror = () => failed(new Error(`“${file.name}” cannot be read.`))
    reader.readAsDataURL(file)
  })
