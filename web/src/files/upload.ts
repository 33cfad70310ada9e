import { json } from '../api/http'

/** A file that the server keeps. */
export interface KeptFile {
  id: string
  name: string
  mediaType: string
  size: number
  hash: string
  createdAt?: string
}

/** Uploads a file; the same bytes are kept once. */
export function upload(file: File): Promise<KeptFile> {
  const form = new FormData()
  form.append('file', file, file.name || 'pasted')
  return json<KeptFile>('/api/files', { method: 'POST', body: form })
}
