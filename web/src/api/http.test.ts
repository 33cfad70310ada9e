// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { serve } from '../testing/server'
import { ask } from './http'

test.each(['..', '.', ''])('What no address can hold (“%s”) is not asked for: the browser would ask for something else', async (user) => {
  const asked = serve({ 'DELETE /api/projects/docs': () => ({}) })
  await expect(ask(`/api/projects/docs/members/${encodeURIComponent(user)}`, { method: 'DELETE' })).rejects.toThrow('no address can hold it')
  expect(asked).toEqual([])
})
