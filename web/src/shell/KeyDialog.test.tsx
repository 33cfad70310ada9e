// @vitest-environment happy-dom
import { useQuery } from '@tanstack/react-query'
import { act } from 'react'
import { beforeEach, expect, test } from 'vitest'
import { connection } from '../api/connection'
import { ask } from '../api/http'
import { key } from '../api/key'
import { Fault } from '../kit/Bits'
import { button, dialog, draw, field, press, settle, type, until } from '../testing/draw'
import { refusal, serve } from '../testing/server'
import { Shell } from './Shell'

beforeEach(() => key.use(''))

const refused = () => ask('/api/models').catch(() => undefined)
const server = () => serve({ 'GET /api/models': ({ headers }) => (headers['Authorization'] === 'Bearer tk_1' ? { data: [] } : refusal(401, 'unauthorized', 'This server asks for a key. Send "Authorization: Bearer <key>"; turnpike keys create makes one.')) })

test('Who does not give a key is not asked again by a request, but by a button, and what is said is for people', async () => {
  server()
  draw(<Shell place="models">.</Shell>)
  await act(refused)
  await until(() => dialog() !== null)
  expect(dialog()?.textContent).toContain('This server asks for a key')
  expect(document.body.textContent).not.toContain('Bearer')
  press('Close')
  await until(() => dialog() === null)
  await act(refused)
  await settle()
  expect(dialog()).toBeNull()
  press('Give a key')
  await until(() => dialog() !== null)
  type(field(dialog() as HTMLElement, 'Key'), 'tk_1')
  press('Use this key')
  await until(() => dialog() === null)
  expect(await (await ask('/api/models')).json()).toEqual({ data: [] })
  expect(document.body.textContent).not.toContain('Give a key')
})

test('The key of the tab is forgotten or changed from the side, and beside what it may not do', async () => {
  serve({ 'GET /api/keys': () => refusal(403, 'forbidden', 'The key may not do that.') })
  key.use('tk_1')
  function Page() {
    const keys = useQuery({ queryKey: ['keys'], queryFn: () => ask('/api/keys') })
    return keys.error ? <Fault error={keys.error} /> : null
  }
  draw(
    <Shell place="keys">
      <Page />
    </Shell>,
  )
  await until(() => document.body.textContent?.includes('The key may not do that.') ?? false)
  press('Use another key')
  await until(() => dialog() !== null)
  press('Close')
  await until(() => dialog() === null)
  press('Use another key, or forget this tab’s')
  await until(() => dialog() !== null)
  press('Forget the key of this tab')
  await settle()
  expect(key.isShown).toBe(false)
})

test('A key that no request can carry is said to be none, and the page stays where it is', async () => {
  const asked = server()
  draw(<Shell place="models">.</Shell>)
  await act(refused)
  await until(() => button('Give a key') !== undefined || dialog() !== null)
  if (dialog() === null) press('Give a key')
  await until(() => dialog() !== null)
  type(field(dialog() as HTMLElement, 'Key'), 'tk_1…')
  expect(dialog()?.textContent).toContain('copy it whole')
  expect((button('Use this key') as HTMLButtonElement).disabled).toBe(true)
  act(() => key.use('tk_1…'))
  expect([key.isShown, key.headers(), sessionStorage.getItem('turnpike.key')]).toEqual([false, {}, ''])
  expect(connection.reachable.value).toBe(true)
  expect(asked.some(({ path }) => path === '/health/live')).toBe(false)
})

test('What no header can say is not told as a server that is away', async () => {
  server()
  await expect(ask('/api/models', { headers: { 'If-Match': '"…"' } })).rejects.not.toMatchObject({ code: 'unreachable' })
  expect(connection.reachable.value).toBe(true)
})
