import { expect, test } from 'vitest'
import { csv, everyDay, rowsOf, total, type UsageRow } from './types'

const row = (key: string, more: Partial<UsageRow> = {}): UsageRow => ({ key, turns: 1, failed: 0, inputTokens: 10, cachedTokens: 0, outputTokens: 5, reasoningTokens: 0, estimated: false, unpriced: 0, ...more })

test('A CSV file holds names with commas and quotes, and no formula', () => {
  const text = csv([row('a,"b"', { cost: { amount: 0.5, currency: 'USD' } }), row('=cmd|x')], 'model')
  expect(text.split('\r\n')).toEqual([
    'model,turns,failed,inputTokens,cachedTokens,outputTokens,reasoningTokens,cost,currency,timeToFirstToken,milliseconds',
    '"a,""b""",1,0,10,0,5,0,0.5,USD,,',
    "'=cmd|x,1,0,10,0,5,0,,,,",
    '',
  ])
})

test('Days on which nothing happened are shown too', () => {
  const days = everyDay([row('2026-11-20')], new Date('2026-11-19T05:00:00Z'), new Date('2026-11-21T01:00:00Z'))
  expect(days.map(({ key, turns }) => [key, turns])).toEqual([['2026-11-19', 0], ['2026-11-20', 1], ['2026-11-21', 0]])
})

test('Totals add up', () => expect(total([row('a', { cost: { amount: 1, currency: 'EUR' } }), row('b', { failed: 1 })])).toMatchObject({ turns: 2, failed: 1, inputTokens: 20, cost: 1, currency: 'EUR' }))

test('A row is named by its group', () => {
  const answer = { data: [{ model: 'openai/gpt-5', turns: 2, failed: 0, attempts: 2, inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0, estimated: 1, cost: [{ amount: 2, currency: 'USD' }], unpriced: 0 }] }
  expect(rowsOf(answer, 'model')[0]).toMatchObject({ key: 'openai/gpt-5', estimated: true, cost: { amount: 2, currency: 'USD' } })
})

test('A key is named with its id, one that is not listed by its id alone', () => {
  const used = { turns: 1, failed: 0, attempts: 1, inputTokens: 1, cachedTokens: 0, outputTokens: 1, reasoningTokens: 0, estimated: 0, unpriced: 0 }
  const answer = { data: [used, { ...used, key: 'key_1' }, { ...used, key: 'key_2', keyName: 'shop' }] }
  expect(rowsOf(answer, 'key').map(({ key }) => key)).toEqual(['', 'key_1', 'shop (key_2)'])
})
