// How much script the first page needs before it can be used: all that the document and the conversations load at once, packed with gzip.
// The editor, colours of code, charts and the other pages come when they are needed and do not count.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const most = 300
const manifest = JSON.parse(readFileSync(new URL('../dist/.vite/manifest.json', import.meta.url), 'utf8'))
const needed = new Set()
const add = (name) => {
  if (needed.has(name)) return
  needed.add(name)
  for (const other of manifest[name]?.imports ?? []) add(other)
}
add('index.html')
add('src/conversations/ConversationsPage.tsx')
add('src/conversations/Conversation.tsx')
const sizes = [...needed].map((name) => ({ file: manifest[name].file, kilobytes: gzipSync(readFileSync(new URL(`../dist/${manifest[name].file}`, import.meta.url))).length / 1000 }))
const total = sizes.reduce((sum, { kilobytes }) => sum + kilobytes, 0)
for (const { file, kilobytes } of sizes.toSorted((a, b) => b.kilobytes - a.kilobytes)) process.stdout.write(`${kilobytes.toFixed(1).padStart(7)} kB  ${file}\n`)
process.stdout.write(`${total.toFixed(1).padStart(7)} kB of script, packed, for the first page (at most ${most})\n`)
if (total > most) process.exit(1)
