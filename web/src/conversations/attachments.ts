import { upload } from '../files/upload'
import { bytes } from '../kit/words'

export type Policy = 'once' | 'sticky' | 'refresh'

export const policies = [
  { id: 'once', label: 'Once', detail: 'with this turn' },
  { id: 'sticky', label: 'Sticky', detail: 'with every turn until dropped' },
  { id: 'refresh', label: 'Refresh', detail: 'sticky, read again each turn' },
]

/** Something that will go with the next turn. */
export interface Attachment {
  key: string
  /** Of the uploaded file. */
  id: string
  name: string
  mediaType: string
  size: number
  policy: Policy
  /** What is shown of a picture. */
  url?: string | undefined
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

/** Uploads a file as an attachment; throws with the reason when it cannot go along. */
export async function attach(file: File, onProgress?: (share: number) => void): Promise<Attachment> {
  if (file.size > most) throw new Error(`“${file.name}” has ${bytes(file.size)}; a file may have 20 MB.`)
  const kept = await upload(file, onProgress)
  return { key: newKey(), id: kept.id, name: kept.name, mediaType: kept.mediaType, size: kept.size, policy: 'once', url: file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined }
}

export const isPicture = (attachment: Attachment): boolean => attachment.mediaType.startsWith('image/')

/** The attachment as a resource of a turn request. */
export function resourceOf({ id, name, mediaType, policy }: Attachment): object {
  const kind = mediaType.startsWith('image/') ? 'image' : mediaType.startsWith('audio/') ? 'audio' : 'file'
  return { kind, title: name, file: id, policy }
}
