// @vitest-environment happy-dom
import { act } from 'react'
import { expect, test } from 'vitest'
import type { Rule, Tag } from '../api/types'
import TagsPage from '../tags/TagsPage'
import { dialog, draw, field, press, settle, type, until } from '../testing/draw'
import { refusal, serve } from '../testing/server'
import RulesPage from './RulesPage'

const overtaken = () => refusal(412, 'version_conflict', 'It is at revision 2 by now, not at 1.', { field: 'If-Match' })
const card = () => document.querySelector<HTMLElement>('.card-button')

test('A rule that somebody saved meanwhile is saved over when that is said, or theirs is taken', async () => {
  const mine: Rule = { id: 'rule_1', name: 'kind', content: 'Be kind.', placement: 'system', alwaysOn: false, tags: [], revision: 1 }
  let kept = { ...mine, content: 'Be brief.', revision: 2 }
  const asked = serve({
    'GET /api/rules': () => ({ data: [mine] }),
    'GET /api/tags': () => ({ data: [] }),
    'GET /api/rules/rule_1': () => kept,
    'PUT /api/rules/rule_1': ({ headers, body }) => (headers['If-Match'] === undefined || headers['If-Match'] === `"${String(kept.revision)}"` ? (kept = { ...kept, ...(body as object), revision: kept.revision + 1 }) : overtaken()),
  })
  const puts = () => asked.filter(({ method }) => method === 'PUT')
  draw(<RulesPage />)
  await until(() => card() !== null)
  act(() => card()?.click())
  await settle()
  type(field<HTMLTextAreaElement>(dialog() as HTMLElement, 'Content'), ' Always.')
  press('Save')
  await until(() => dialog()?.textContent?.includes('Somebody saved this rule meanwhile') ?? false)
  expect(puts().map(({ headers }) => headers['If-Match'])).toEqual(['"1"'])
  expect(kept.content).toBe('Be brief.')
  press('Take theirs')
  await until(() => field<HTMLTextAreaElement>(dialog() as HTMLElement, 'Content').value === 'Be brief.')
  kept = { ...kept, revision: 3 }
  type(field<HTMLTextAreaElement>(dialog() as HTMLElement, 'Content'), ' And kind.')
  press('Save')
  await until(() => dialog()?.textContent?.includes('Somebody saved this rule meanwhile') ?? false)
  press('Save mine over it')
  await until(() => kept.content === 'Be brief. And kind.')
  expect(puts().map(({ headers }) => headers['If-Match'])).toEqual(['"1"', '"2"', undefined])
})

test('A tag is saved over the revision that was read', async () => {
  const tag: Tag = { name: 'voice', rules: [], revision: 4 }
  const asked = serve({ 'GET /api/tags': () => ({ data: [tag] }), 'GET /api/rules': () => ({ data: [] }), 'PUT /api/tags/voice': overtaken })
  draw(<TagsPage />)
  await until(() => card() !== null)
  act(() => card()?.click())
  await settle()
  type(field(dialog() as HTMLElement, 'Description'), 'How we speak')
  press('Save')
  await until(() => dialog()?.textContent?.includes('Somebody saved this tag meanwhile') ?? false)
  expect(asked.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['If-Match'])).toEqual(['"4"'])
})
