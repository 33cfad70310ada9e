import type { Turn } from '../api/types'
import { upload } from '../files/upload'
import { bytes } from '../kit/words'
import { addressOf, partsOf } from './pieces'

export type Policy = 'once' | 'sticky' | 'refresh'

export const policies = [
  { id: 'once', label: 'Once', detail: 'with this turn' },
  { id: 'sticky', label: 'Sticky', detail: 'with every turn until dropped' },
  { id: 'refresh', label: 'Refresh', detail: 'sticky, read again each turn' },
]

/** Something that will go with the next turn. */
export interface BoxResource {
  key: string
  /** Of the uploaded file; of what an edited turn had with it, of the resource. */
  id: string
  name: string
  mediaType: string
  /** In bytes; left out where it is not known. */
  size?: number | undefined
  policy: Policy
  /** What is shown of a picture. */
  url?: string | undefined
  /** It came with the turn that is edited. */
  isEarlier?: boolean
}

/** A file on its way to the server. */
export interface Upload {
  key: string
  name: string
  /** How much of it is there, 0 to 1. */
  share: number
}

let keys = 0
/** A key for a row of a list. `crypto.randomUUID` is missing where the page comes over plain HTTP. */
export const newKey = (): string => `file-${String(++keys)}`

const most = 20 * 1024 * 1024

/** Uploads a file as a resource of the box; throws with the reason when it cannot go along. */
export async function attach(file: File, onProgress?: (share: number) => void): Promise<BoxResource> {
  if (file.size > most) throw new Error(`“${file.name}” has ${bytes(file.size)}; a file may have 20 MB.`)
  const kept = await upload(file, onProgress)
  return { key: newKey(), id: kept.id, name: kept.name, mediaType: kept.mediaType, size: kept.size, policy: 'once', url: file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined }
}

export const isPicture = (resource: BoxResource): boolean => resource.mediaType.startsWith('image/')

/** What a turn had with it alone, to go with its edit too; what stays with the conversation and what a command of its text attaches goes along anyway. */
export function earlier(turn: Turn): BoxResource[] {
  const named = new Set(turn.triggers.filter(({ outcome }) => outcome === 'applied').flatMap((trigger) => trigger.arguments))
  const found = new Map<string, BoxResource>()
  for (const part of turn.messages.filter(({ role }) => role === 'user').flatMap(partsOf)) {
    const { id = '', title = '', policy = 'once' } = part.resource ?? {}
    if (id === '' || policy !== 'once' || named.has(id) || named.has(title) || found.has(id)) continue
    found.set(id, { key: newKey(), id, name: title || part.name || part.resource?.kind || 'file', mediaType: part.mediaType ?? 'text/plain', size: part.size, policy, url: addressOf(part), isEarlier: true })
  }
  return [...found.values()]
}

/** What the box has as a resource of a turn request. */
export function resourceOf({ id, name, mediaType, policy, isEarlier }: BoxResource): object {
  if (isEarlier) return { id, policy }
  const kind = mediaType.startsWith('image/') ? 'image' : mediaType.startsWith('audio/') ? 'audio' : 'file'
  return { kind, title: name, file: id, policy }
}
