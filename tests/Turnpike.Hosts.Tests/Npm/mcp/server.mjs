// A tool server written with the vendor's SDK: over stdio, or over streamable HTTP when --http is given (it then prints its port).
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { z } from 'zod';

function build() {
  const server = new McpServer({ name: 'fixture', version: '1.0.0' });
  server.registerTool('add', { title: 'Add', description: 'Adds two numbers.', inputSchema: { a: z.number().describe('The first.'), b: z.number().describe('The second.') } },
    async ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }] }));
  server.registerTool('fail', { description: 'Always fails.', inputSchema: {} }, async () => ({ isError: true, content: [{ type: 'text', text: 'out of order' }] }));
  server.registerTool('big', { description: 'Says much.', inputSchema: { length: z.number() } }, async ({ length }) => ({ content: [{ type: 'text', text: 'x'.repeat(length) }] }));
  server.registerTool('picture', { description: 'A red dot.', inputSchema: {} }, async () => ({
    content: [{ type: 'text', text: 'Here it is.' }, { type: 'image', mimeType: 'image/png', data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==' }],
  }));
  server.registerTool('hang', { description: 'Never answers.', inputSchema: {} }, (_, { signal }) => new Promise(() => {
    if (process.env.COUNT_FILE) appendFileSync(process.env.COUNT_FILE, '.');
    if (process.env.CANCELLED_FILE) signal.addEventListener('abort', () => appendFileSync(process.env.CANCELLED_FILE, '.'));
  }));
  server.registerTool('die', { description: 'Ends the server.', inputSchema: {} }, () => { process.exit(3); });
  server.registerTool('grow', { description: 'Gets a new tool.', inputSchema: {} }, async () => {
    server.registerTool('grown', { description: 'Is new.', inputSchema: {} }, async () => ({ content: [{ type: 'text', text: 'new' }] }));
    return { content: [{ type: 'text', text: 'grown' }] };
  });
  server.registerTool('secrets', { description: 'What of our environment it sees.', inputSchema: {} }, async () => ({ content: [{ type: 'text', text: JSON.stringify({ key: process.env.OPENAI_API_KEY ?? null, own: process.env.FIXTURE ?? null }) }] }));
  server.registerTool('count', { description: 'Counts its calls in a file.', inputSchema: {} }, async () => {
    appendFileSync(process.env.COUNT_FILE, '.');
    return { content: [{ type: 'text', text: 'counted' }] };
  });
  server.registerTool('begin', { description: 'Counts its calls in a file and never answers.', inputSchema: {} }, async () => {
    appendFileSync(process.env.COUNT_FILE, '.');
    return new Promise(() => {});
  });
  let reads = 0;
  server.registerResource('note', 'fixture://note', { mimeType: 'text/plain' }, async uri => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: `content ${++reads}` }] }));
  server.registerResource('dot', 'fixture://dot', { mimeType: 'image/png' }, async uri => ({ contents: [{ uri: uri.href, mimeType: 'image/png', blob: 'iVBORw0KGgo=' }] }));
  server.registerTool('naïve.näme ☂ ' + 'n'.repeat(180), { description: 'Has a strange name.', inputSchema: {} }, async () => ({ content: [{ type: 'text', text: 'odd' }] }));
  return server;
}

if (process.env.FLOOD) for (let i = 0; i < 20000; i++) process.stderr.write('x'.repeat(200) + '\n');

if (process.env.GARBAGE) process.stdout.write('Starting up…\n{"jsonrpc":"2.0",\n[1,2\n\u0000\n{}\n');

if (process.argv.includes('--http')) {
  const sessions = new Map();
  const http = createServer(async (request, response) => {
    if (request.headers['x-fixture'] !== 'yes') return response.writeHead(401).end();
    let transport = sessions.get(request.headers['mcp-session-id']);
    if (!transport) {
      transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID(), onsessioninitialized: id => sessions.set(id, transport) });
      await build().connect(transport);
    }
    await transport.handleRequest(request, response);
  });
  http.listen(0, '127.0.0.1', () => console.log(http.address().port));
} else {
  await build().connect(new StdioServerTransport());
}
