// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { key } from '../api/key'
import { Media } from '../conversations/Media'
import { draw, settle } from '../testing/draw'

const address = '/api/files/abc123/content'

test('A kept picture is fetched with the key, drawn from memory, and forgotten with its place', async () => {
  const asked: [string, string | null][] = []
  const forgotten: string[] = []
  URL.createObjectURL = () => 'blob:kept'
  URL.revokeObjectURL = (url) => void forgotten.push(url)
  globalThis.fetch = async (path, init) => {
    asked.push([String(path), new Headers(init?.headers).get('Authorization')])
    return { ok: true, status: 200, blob: async () => new Blob(['dot']) } as Response
  }
  key.use('tp_secret')
  const { box, unmount } = draw(<Media url={address} mediaType="image/png" name="dot.png" />)
  await settle()
  await settle()
  expect(asked).toEqual([[address, 'Bearer tp_secret']])
  expect(box.querySelector('img')?.getAttribute('src')).toBe('blob:kept')
  expect(forgotten).toEqual([])
  unmount()
  expect(forgotten).toEqual(['blob:kept'])
})

test('A picture whose bytes cannot be had is named', async () => {
  globalThis.fetch = async () => ({ ok: false, status: 404, headers: new Headers(), text: async () => '{"code":"not_found","detail":"There is no such file."}' }) as Response
  const { box } = draw(<Media url={address} mediaType="image/png" name="dot.png" />)
  await settle()
  await settle()
  expect(box.querySelector('img')).toBeNull()
  expect(box.textContent).toContain('dot.png')
})
