// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'
import { button, draw, press, until } from '../testing/draw'
import { serve } from '../testing/server'
import { PromptEditor } from './PromptEditor'

vi.mock('./PromptText', () => ({ default: () => <textarea /> }))
vi.mock('../kit/copy', () => ({ download: vi.fn(), copy: vi.fn() }))

beforeEach(() => sessionStorage.clear())

test('The file that is exported is of the version that is shown, not of the one that runs', async () => {
  const asked = serve({
    'GET /api/prompts/greet': () => ({ key: 'greet', version: 3, hash: 'h3', labels: [], messages: [{ role: 'user', content: 'Hello' }] }),
    'GET /api/prompts/greet/export': () => new Response('Hello', { status: 200 }),
    'GET /api/models': () => ({ data: [] }),
    'GET /api/prompts': () => ({ data: [] }),
    'GET /api/tools': () => ({ data: [] }),
    'GET /api/rules': () => ({ data: [] }),
    'GET /api/tags': () => ({ data: [] }),
    'POST /api/prompts/validate': () => ({ issues: [] }),
  })
  draw(<PromptEditor name="greet" />)
  await until(() => button('More') !== undefined || button('Export') !== undefined)
  if (!button('Export')) press('More')
  await until(() => [...document.querySelectorAll('[role="menuitem"], button')].some((one) => one.textContent?.startsWith('Export')))
  const item = [...document.querySelectorAll<HTMLElement>('[role="menuitem"], button')].find((one) => one.textContent?.startsWith('Export'))
  item?.click()
  await until(() => asked.some(({ path }) => path.includes('/export')))
  expect(asked.find(({ path }) => path.includes('/export'))?.path).toBe('/api/prompts/greet/export?version=3')
})
