import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// What the page asks of the server; in development another process serves it.
const server = process.env['TURNPIKE_URL'] ?? 'http://127.0.0.1:5080'

export default defineConfig({
  plugins: [react()],
  html: { cspNonce: '__NONCE__' }, // the server puts a fresh one in
  build: { target: 'es2022', manifest: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 800 },
  server: { proxy: { '/api': server, '/v1': server, '/health': server, '/openapi': server } },
})
