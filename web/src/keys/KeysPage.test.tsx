// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { key as shown } from '../api/key'
import { KeyDialog } from '../shell/KeyDialog'
import { button, dialog, draw, field, press, type, until } from '../testing/draw'
import { refusal, serve } from '../testing/server'
import KeysPage from './KeysPage'
import { Secret } from './Secret'

const ours = { id: 'key_1', name: 'me', prefix: 'tk_old', organization: 'default', scopes: ['admin'], createdAt: '2026-01-01T00:00:00Z' }

/** A server of which one secret counts, and which gives it another. */
function server() {
  let secret = 'tk_old'
  return serve(
    Object.fromEntries(
      Object.entries({
        'GET /api/me': () => ({ name: 'me', organization: 'default', scopes: ['admin'], key: ours }),
        'GET /api/keys': () => ({ data: [ours] }),
        'POST /api/keys/key_1/rotate': () => {
          secret = 'tk_new'
          return { ...ours, key: secret }
        },
      }).map(([path, answer]) => [path, ({ headers }: { headers: Record<string, string> }) => (headers['Authorization'] === `Bearer ${secret}` ? answer() : refusal(401, 'unauthorized', 'The key is unknown.'))]),
    ),
  )
}

beforeEach(() => shown.use('tk_old'))

test('A new secret for the key of this page is asked about, shown, and what the page goes on with', async () => {
  const asked = server()
  draw(
    <>
      <KeysPage />
      <KeyDialog />
      <Secret />
    </>,
  )
  await until(() => button('A new secret for me') !== undefined)
  press('A new secret for me')
  await until(() => dialog()?.textContent?.includes('It is the key of this page') ?? false)
  expect(asked.some(({ method }) => method === 'POST')).toBe(false)
  press('Make a new secret')
  await until(() => dialog()?.textContent?.includes('Copy it now') ?? false)
  expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/keys/key_1/rotate?grace=86400')
  expect(field(dialog() as HTMLElement, 'Secret').value).toBe('tk_new')
  press('I have it')
  await until(() => dialog() === null && asked.at(-1)?.method === 'GET')
  expect(shown.asked.value).toBeNull()
  expect(asked.at(-1)?.headers['Authorization']).toBe('Bearer tk_new')
  expect(document.body.textContent).toContain('tk_old…')
})

test('A key is changed in what was changed here, and nothing else is sent', async () => {
  const shop = { ...ours, id: 'key_2', name: 'shop', scopes: ['turns'], limits: { costPerDay: 5, concurrency: 2 }, expiresAt: '2027-01-01T12:00:00Z' }
  const asked = serve({ 'GET /api/keys': () => ({ data: [shop] }), 'PATCH /api/keys/key_2': () => shop })
  draw(<KeysPage />)
  await until(() => button('Change shop') !== undefined)
  press('Change shop')
  await until(() => dialog() !== null)
  const box = dialog() as HTMLElement
  expect(field(box, 'Ends after').value).toBe('2027-01-01')
  type(field(box, 'Money in a day'), '0')
  type(field(box, 'Tokens in a day'), '900')
  press('Save')
  await until(() => dialog() === null)
  expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ limits: { costPerDay: 50, tokensPerDay: 900 } })
})

test('The scope for files says that it opens the files of the workspace too', async () => {
  serve({ 'GET /api/keys': () => ({ data: [ours] }) })
  draw(<KeysPage />)
  await until(() => button('Change me') !== undefined)
  press('Change me')
  await until(() => dialog() !== null)
  const scope = [...(dialog()?.querySelectorAll('label') ?? [])].find((label) => label.querySelector('code')?.textContent === 'files')
  expect(scope?.textContent).toContain('those of the workspace by their path')
})
