// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { Conversation } from '../api/types'
import { draw, press, type, until } from '../testing/draw'
import { serve } from '../testing/server'
import { ConversationList } from './ConversationList'

const one = (id: string, more: Partial<Conversation> = {}): Conversation => ({ id, title: id, variables: {}, createdAt: '', updatedAt: new Date().toISOString(), ...more })
const old = '2020-01-05T12:00:00Z'
const all = [...Array.from({ length: 50 }, (_, n) => one(`new ${String(n)}`)), one('near', { pinned: true }), one('far', { pinned: true, updatedAt: old }), one('star', { pinned: true, starred: true, updatedAt: old }), one('away', { pinned: true, archived: true, updatedAt: old })]

/** Lists as the server does, 51 a page. */
const server = () =>
  serve({
    'GET /api/conversations': ({ path }) => {
      const asked = new URLSearchParams(path.split('?')[1])
      const words = asked.get('query') ?? ''
      const found = all.filter((each) => (each.pinned ?? false) || !asked.has('pinned')).filter((each) => (asked.has('starred') ? each.starred : true) && Boolean(each.archived) === asked.has('archived') && (each.title ?? '').includes(words))
      return { data: found.slice(0, 51), ...(found.length > 51 ? { next: 'x' } : {}) }
    },
  })
const shown = (box: HTMLElement) => [...box.querySelectorAll('section')].map((group) => [group.querySelector('h2')?.textContent, [...group.querySelectorAll('.list-title')].map((title) => title.textContent)] as const)

test('Pinned ones stand on top, on whatever page they are, once, and as the filter and the words say', async () => {
  server()
  const { box } = draw(<ConversationList chosen={undefined} />)
  await until(() => box.textContent?.includes('far') ?? false)
  await until(() => box.textContent?.includes('new 49') ?? false)
  expect(shown(box)[0]).toEqual(['Pinned', ['near', 'far', 'star']])
  expect([shown(box).length, shown(box)[1]?.[1].length]).toEqual([2, 50])
  press('Starred')
  await until(() => shown(box)[0]?.[1].join() === 'star')
  press('Archive')
  await until(() => shown(box)[0]?.[1].join() === 'away')
  press('All')
  type(box.querySelector('input') as HTMLInputElement, 'far')
  await until(() => JSON.stringify(shown(box)) === '[["Pinned",["far"]]]')
})
