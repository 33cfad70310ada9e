/** An address that a click may lead to; anything else is shown as text. */
export function linkTo(href: string): string | null {
  const address = href.trim()
  if (address.startsWith('#')) return null
  try {
    const url = new URL(address)
    return url.protocol === 'http:' || url.protocol === 'https:' || url.protocol === 'mailto:' ? url.href : null
  } catch {
    return null
  }
}

/** A picture that may be drawn: one that comes with the text, or a file kept by this server. Others would ask a host that nobody chose. */
export function pictureAt(href: string): string | null {
  const address = href.trim()
  if (/^data:image\/(png|jpeg|gif|webp|avif);base64,[a-z0-9+/=\s]+$/i.test(address)) return address
  return /^\/api\/files\/[a-z0-9_]+\/content$/i.test(address) ? address : null
}

const named = new Map(Object.entries({
  amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00A0', copy: '©', reg: '®', trade: '™', hellip: '…', mdash: '—', ndash: '–', lsquo: '‘', rsquo: '’',
  ldquo: '“', rdquo: '”', laquo: '«', raquo: '»', bull: '•', middot: '·', times: '×', divide: '÷', deg: '°', plusmn: '±', larr: '←', rarr: '→', uarr: '↑', darr: '↓', euro: '€',
  pound: '£', yen: '¥', sect: '§', para: '¶', frac12: '½', micro: 'µ', le: '≤', ge: '≥', ne: '≠', asymp: '≈', infin: '∞', auml: 'ä', ouml: 'ö', uuml: 'ü', szlig: 'ß', eacute: 'é', egrave: 'è',
})) // prettier-ignore

/** Entities as the characters they stand for; the result is only ever used as text. */
export function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z0-9]+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named.get(name) ?? whole
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\uFFFD'
  })
}
