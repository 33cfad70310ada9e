// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { draw } from '../testing/draw'
import { Request, type RequestShape } from './Request'

const request: RequestShape = { model: 'test/m', messages: [{ role: 'system', content: [{ type: 'text', text: 'Guide in Rome.' }] }] }

test('A request tells of each stretch where it came from', () => {
  const sources = [
    { message: 0, part: 0, span: { start: 0, end: 9 }, source: 'prompt' },
    { message: 0, part: 0, span: { start: 9, end: 13 }, source: 'variable:city' },
    { message: 0, part: 0, span: { start: 13, end: 14 }, source: 'prompt' },
  ]
  const { box, unmount } = draw(<Request request={request} sources={sources} />)
  expect(box.querySelector('.long')?.textContent).toBe('Guide in Rome.')
  const value = box.querySelector('.from.variable')
  expect([value?.textContent, value?.getAttribute('title')]).toEqual(['Rome', 'from variable:city'])
  unmount()
})

test('A request whose sources are not known is shown as it is', () => {
  const { box, unmount } = draw(<Request request={request} />)
  expect(box.querySelector('.long')?.innerHTML).toBe('Guide in Rome.')
  unmount()
})
