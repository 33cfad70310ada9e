// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { serve } from '../testing/server'
import { all } from './queries'

test('A list is read to its end, page after page', async () => {
  const asked = serve({ 'GET /api/rules': ({ path }) => (path.includes('after=two') ? { data: [3], next: null } : path.includes('after=one') ? { data: [2], next: 'two' } : { data: [1], next: 'one' }) })
  expect(await all('/api/rules', new AbortController().signal)).toEqual([1, 2, 3])
  expect(asked.map(({ path }) => path)).toEqual(['/api/rules?limit=200', '/api/rules?limit=200&after=one', '/api/rules?limit=200&after=two'])
})
