// @vitest-environment happy-dom
import { act } from 'react'
import { expect, test } from 'vitest'
import type { Conversation } from '../api/types'
import { probe, settle } from '../testing/draw'
import { refusal, serve } from '../testing/server'
import { useKeptModel } from './useKeptModel'

const conversation = (model?: string): Conversation => ({ id: 'conv_1', variables: {}, createdAt: '', updatedAt: '', ...(model ? { model } : {}) })

test('The model of a conversation is what it keeps, and a choice is kept with it', async () => {
  let kept = conversation('small')
  const asked = serve({ 'PATCH /api/conversations/conv_1': ({ body }) => (kept = conversation((body as { model: string | null }).model ?? undefined)) })
  const hook = probe(() => useKeptModel(kept))
  expect(hook.now[0]).toBe('small')
  act(() => hook.now[1]('large'))
  expect(hook.now[0]).toBe('large')
  await settle()
  hook.again()
  expect(hook.now[0]).toBe('large')
  act(() => hook.now[1](''))
  await settle()
  hook.again()
  expect(hook.now[0]).toBe('')
  expect(asked.map(({ body }) => body)).toEqual([{ model: 'large' }, { model: null }])
})

test('A choice that the server refuses is not shown as if it counted', async () => {
  serve({ 'PATCH /api/conversations/conv_1': () => refusal(403, 'forbidden', 'No.') })
  const hook = probe(() => useKeptModel(conversation('small')))
  act(() => hook.now[1]('large'))
  await settle()
  await settle()
  expect(hook.now[0]).toBe('small')
})
