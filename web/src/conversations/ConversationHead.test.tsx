// @vitest-environment happy-dom
import { act } from 'react'
import { expect, test } from 'vitest'
import type { Conversation } from '../api/types'
import { draw, settle, type } from '../testing/draw'
import { serve } from '../testing/server'
import { ConversationHead } from './ConversationHead'

const conversation: Conversation = { id: 'conv_1', title: 'Boats', variables: {}, createdAt: '', updatedAt: '' }
const title = (box: HTMLElement) => box.querySelector('input') as HTMLInputElement

test('A title that was emptied comes back, one that was changed is kept, and the tab of the browser has its name', async () => {
  const asked = serve({ 'PATCH /api/conversations/conv_1': () => conversation })
  const { box } = draw(<ConversationHead conversation={conversation} turns={[]} />)
  await settle()
  expect(document.title).toBe('Boats · Turnpike')
  const input = title(box)
  act(() => input.focus())
  act(() => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, '')
    input.dispatchEvent(new Event('input', { bubbles: true }))
  })
  act(() => input.blur())
  expect([input.value, asked]).toEqual(['Boats', []])
  act(() => input.focus())
  type(input, ' of Oslo')
  act(() => input.blur())
  await settle()
  expect(asked.map(({ body }) => body)).toEqual([{ title: 'Boats of Oslo' }])
})

test('A title that is being typed stays when the conversation gets another, and one that nobody touched follows', async () => {
  const asked = serve({ 'PATCH /api/conversations/conv_1': () => conversation })
  const { box, again } = draw(<ConversationHead conversation={conversation} turns={[]} />)
  const input = title(box)
  act(() => input.focus())
  again(<ConversationHead conversation={{ ...conversation, title: 'Ships' }} turns={[]} />)
  expect(input.value).toBe('Ships')
  type(input, ' of Oslo')
  again(<ConversationHead conversation={{ ...conversation, title: 'Rafts' }} turns={[]} />)
  expect([title(box), document.activeElement, input.value]).toEqual([input, input, 'Ships of Oslo'])
  act(() => input.blur())
  await settle()
  expect(asked.map(({ body }) => body)).toEqual([{ title: 'Ships of Oslo' }])
  again(<ConversationHead conversation={{ ...conversation, title: 'Ships of Oslo' }} turns={[]} />)
  again(<ConversationHead conversation={{ ...conversation, title: 'Boats' }} turns={[]} />)
  expect(input.value).toBe('Boats')
})
