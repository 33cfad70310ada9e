import type { Token } from 'marked'
import { describe, expect, test } from 'vitest'
import { BlockReader, tokensOf } from './blocks'
import { decoded, linkTo, pictureAt } from './safe'

const text = '# Title\n\nA paragraph\nof two lines.\n\n- one\n\n- two\n  - three\n\n```js\nlet a = 1\n\nlet b\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n\nEnd.'

describe('A growing answer', () => {
  test('has the same blocks at its end however it came', () => {
    const whole = new BlockReader().read(text)
    const grown = new BlockReader()
    let blocks = grown.read('')
    for (let n = 1; n <= text.length; n++) blocks = grown.read(text.slice(0, n))
    expect(blocks).toEqual(whole)
  })

  test('loses no character', () => {
    const reader = new BlockReader()
    for (let n = 1; n <= text.length; n++) expect(reader.read(text.slice(0, n)).map((block) => block.raw).join('')).toBe(text.slice(0, n))
  })

  test('keeps the blocks before its end as they are', () => {
    const reader = new BlockReader()
    const before = reader.read(text)
    const after = reader.read(`${text} And more.\n\nAnd a new one.`)
    expect(after[0]).toBe(before[0])
    expect(after[1]).toBe(before[1])
  })

  test('is read anew when it is another text', () => {
    const reader = new BlockReader()
    reader.read('one\n\ntwo\n\nthree\n\nfour')
    expect(reader.read('other').map((block) => block.raw)).toEqual(['other'])
  })

  test('of 200 kB is read again only at its end', () => {
    const reader = new BlockReader()
    let long = Array.from({ length: 2500 }, (_, n) => `Paragraph ${n} with **words** and more words to fill the line up to eighty.`).join('\n\n')
    reader.read(long)
    for (let n = 0; n < 20; n++) reader.read((long += ' word'))
    expect(reader.unsettled).toBeLessThan(500)
  })
})

describe('Hostile text', () => {
  test.each(['>'.repeat(5000) + ' x', '['.repeat(20_000), '*'.repeat(30_000), '- '.repeat(3000) + 'x', `|${'a|'.repeat(5000)}\n|${'-|'.repeat(5000)}\n`, 'x'.repeat(1_000_000)])(
    'is read to its end without throwing (%#)',
    (hostile) => {
      expect(new BlockReader().read(hostile).map((block) => block.raw).join('')).toBe(hostile)
      expect(tokensOf(hostile).length).toBeGreaterThan(0)
    },
  )

  test.each(['['.repeat(50_000), '*'.repeat(50_000), '**_a'.repeat(5_000), '*a '.repeat(3_000) + 'b* '.repeat(3_000), '> '.repeat(25_000) + 'x', '>'.repeat(50_000), '- '.repeat(25_000) + 'x', '1. '.repeat(16_000)])('is read while it grows in a moment, not in minutes (%#)', (hostile) => {
    const reader = new BlockReader()
    const begun = performance.now()
    for (let length = 5_000; length < hostile.length + 5_000; length += 5_000) for (const block of reader.read(hostile.slice(0, length))) tokensOf(block.raw)
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(reader.read(hostile).map((block) => block.raw).join('')).toBe(hostile)
  })

  test('that is too deep is plain from there on, and what stands beside it is not', () => {
    const tokens = new BlockReader().read(`${'> '.repeat(500)}deep\n\n**beside**`).flatMap(({ raw }) => tokensOf(raw))
    const depth = (all: readonly Token[] | undefined): number => (all && all.length > 0 ? 1 + Math.max(...all.map((one) => depth((one as { tokens?: Token[] }).tokens))) : 0)
    expect(depth(tokens)).toBeLessThan(40)
    expect(JSON.stringify(tokens)).toContain('"plain"')
    expect(JSON.stringify(tokens)).toContain('"strong"')
  })

  test.each(['javascript:alert(1)', ' JavaScript:alert(1)', 'java\tscript:alert(1)', 'data:text/html,<script>', 'vbscript:x', '//evil.example/x', '/api/turns', 'blob:x', 'file:///etc/passwd', '#x'])('%s is no link', (href) => {
    expect(linkTo(href)).toBeNull()
  })

  test.each(['https://evil.example/x.png', '/api/conversations', 'data:image/svg+xml;base64,PHN2Zz4=', '//evil.example/x.png', '/api/files/../turns', '/api/files/../content', '/api/files/x/content?y'])('%s is no picture', (href) => {
    expect(pictureAt(href)).toBeNull()
  })

  test('entities become characters, once', () => {
    expect(decoded('&lt;b&gt; &amp;lt; &#60; &#x3c; &nope; &#0;')).toBe('<b> &lt; < < &nope; \uFFFD')
  })
})
