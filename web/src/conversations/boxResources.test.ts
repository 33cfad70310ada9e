// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { Turn } from '../api/types'
import { earlier, resourceOf } from './boxResources'

const asked = (content: object[], triggers: object[] = []): Turn => ({ messages: [{ role: 'user', content }], triggers }) as unknown as Turn
const file = (id: string, more: object = {}) => ({ type: 'text', text: 'Go north.', origin: 'resource', resource: { id, kind: 'file', title: `${id}.txt`, policy: 'once', ...more } })

test('An edit takes along what the turn had with it, but not what stays anyway or what its commands attach again', () => {
  const found = earlier(asked([file('plan'), file('map', { policy: 'sticky' }), file('notes'), { type: 'text', text: 'Hi' }], [{ trigger: '@.resource.add', arguments: ['notes.txt'], outcome: 'applied' }]))
  expect(found.map(({ name }) => name)).toEqual(['plan.txt'])
  expect(found.map(resourceOf)).toEqual([{ id: 'plan', policy: 'once' }])
})
