import { accepted, query, unreachable } from '../api/http'
import { key } from '../api/key'

/** A file that the server keeps. */
export interface KeptFile {
  id: string
  name: string
  mediaType: string
  size: number
  hash: string
  createdAt?: string
}

/** Uploads a file, into a project if one is named, and tells how much of it is there, 0 to 1; the same bytes are kept once. */
export async function upload(file: File, onProgress?: (share: number) => void, project?: string): Promise<KeptFile> {
  const form = new FormData()
  form.append('file', file, file.name || 'pasted')
  const response = await accepted(await post(`/api/files${query({ project })}`, form, onProgress))
  return (await response.json()) as KeptFile
}

/** Sends a form. `fetch` does not tell how far it is, this does. */
function post(path: string, form: FormData, onProgress: ((share: number) => void) | undefined): Promise<Response> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    for (const [name, value] of Object.entries(key.headers())) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded, total }) => total > 0 && onProgress?.(loaded / total))
    request.addEventListener('load', () => done(new Response(request.responseText, { status: request.status, headers: { 'Turnpike-Error': request.getResponseHeader('Turnpike-Error') ?? '' } })))
    request.addEventListener('error', () => fail(unreachable()))
    request.send(form)
  })
}
