import { afterEach, expect, test } from 'vitest'
import { dayOf, endOf } from './ends'

const zone = process.env['TZ']
afterEach(() => {
  process.env['TZ'] = zone
})

test.each([
  ['America/Los_Angeles', '2026-06-02T06:59:59.000Z'],
  ['UTC', '2026-06-01T23:59:59.000Z'],
  ['Asia/Tokyo', '2026-06-01T14:59:59.000Z'],
])('A key ends when the day that was chosen is over for who chose it: %s', (TZ, moment) => {
  process.env['TZ'] = TZ
  expect(endOf('2026-06-01')).toBe(moment)
  expect(dayOf(moment)).toBe('2026-06-01')
  expect(dayOf(undefined)).toBe('')
})
