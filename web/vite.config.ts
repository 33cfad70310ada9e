import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

// What the page asks of the server; in development another process serves it.
const server = process.env['TURNPIKE_URL'] ?? 'http://127.0.0.1:5080'

// The server takes what a page of its own origin asks for.
const proxied = { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } }

/**
 * Names the scripts of the first conversation in the document, so that the browser fetches them with the others and not one after the other.
 * The server takes the lines between the marks away where another page is asked for.
 */
const firstConversation: Plugin = {
  name: 'first-conversation',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      const wanted = new Set<string>()
      const add = (file: string) => {
        if (wanted.has(file) || html.includes(file)) return
        wanted.add(file)
        for (const other of chunks.find(({ fileName }) => fileName === file)?.imports ?? []) add(other)
      }
      for (const chunk of chunks) if (/(ConversationsPage|TriggerEditor)\.tsx$/.test(chunk.facadeModuleId ?? '')) add(chunk.fileName)
      const styles = chunks.filter(({ fileName }) => wanted.has(fileName)).flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])])
      const lines = [
        ...[...new Set(styles)].filter((file) => !html.includes(file)).map((file) => `    <link rel="preload" as="style" crossorigin href="/${file}">`),
        ...[...wanted].map((file) => `    <link rel="modulepreload" crossorigin href="/${file}">`),
      ]
      return html.replace('</head>', `  <!--first-->\n${lines.join('\n')}\n    <!--/first-->\n  </head>`)
    },
  },
}

export default defineConfig({
  plugins: [react(), firstConversation],
  html: { cspNonce: '__NONCE__' }, // the server puts a fresh one in
  build: { target: 'es2022', manifest: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 800 },
  server: { proxy: Object.fromEntries(['/api', '/v1', '/health', '/openapi'].map((path) => [path, proxied])) },
})
