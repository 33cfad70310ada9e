import { describe, expect, test } from 'vitest'
import type { TriggerEntry } from '../api/types'
import { scan } from './scan'

const catalog: TriggerEntry[] = [
  { namespace: 'params', method: 'temp', aliases: [], description: 'Randomness.', arguments: [{ name: 'temperature', type: 'number', required: true, list: false, min: 0, max: 2 }], example: '' },
  { namespace: 'tools', method: 'activate', aliases: ['tool.on'], description: 'Offers tools.', arguments: [{ name: 'names', type: 'string', required: true, list: true }], example: '' },
  { namespace: 'tools', method: 'none', aliases: [], description: 'Offers none.', arguments: [], example: '' },
]

const looks = (text: string) => scan(text, catalog).map(({ span, look }) => [text.slice(span.start, span.end), look])

describe('Painting', () => {
  test.each([
    ['@.params.temp 0.2; Hi', [['@.params.temp 0.2;', 'known']]],
    ['Hi @.tools.activate a, b;', [['@.tools.activate a, b;', 'known']]],
    ['@.Params.TEMP 1;', [['@.Params.TEMP 1;', 'known']]],
    ['@.tools.activate! search;', [['@.tools.activate! search;', 'known']]],
    ['@.params.temp 9;', [['@.params.temp 9;', 'wrong']]],
    ['@.params.temp warm;', [['@.params.temp warm;', 'wrong']]],
    ['@.params.temp;', [['@.params.temp;', 'wrong']]],
    ['@.tools.none x;', [['@.tools.none x;', 'wrong']]],
    ['@.foo.bar x; hi', [['@.foo.bar x;', 'unknown']]],
    ['@.params.warmth 1;', [['@.params.warmth 1;', 'unknown']]],
    ['@.par', [['@.par', 'open']]],
    ['@.', [['@.', 'open']]],
    ['@.tools.activate "a;b" c; d', [['@.tools.activate "a;b" c;', 'known']]],
    ['@.params.temp 0.2 @.tools.none;', [['@.params.temp 0.2 ', 'open'], ['@.tools.none;', 'known']]],
    ['@.tool.on x;', [['@.tool.on x;', 'known']]],
    ['me@.params.temp 1;', []],
    ['\\@.params.temp 1;', []],
    ['`@.params.temp 1;`', []],
    ['```\n@.params.temp 1;\n```', []],
    ['(@.params.temp 1;)', [['@.params.temp 1;', 'known']]],
  ])('%s', (text, expected) => expect(looks(text)).toEqual(expected))

  test('says why', () => expect(scan('@.params.temp 9;', catalog)[0]?.why).toContain('0 to 2'))

  test('finds every open trigger of 96 kB', () => expect(scan('@.params.temp '.repeat(7000), catalog)).toHaveLength(7000))
})
