// A tool server over stdio, of the protocol's modern era, that asks a person before it books. It writes what it is called with to COUNT_FILE.
import { createInterface } from 'node:readline';
import { appendFileSync, readFileSync } from 'node:fs';

const schema = { type: 'object', properties: { seat: { type: 'string', enum: ['aisle', 'window'] } }, required: ['seat'] };

function answer({ method, params }) {
  const meta = { 'io.modelcontextprotocol/serverInfo': { name: 'asking', version: '1' } };
  if (method === 'server/discover') return { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, ttlMs: 3600000, cacheScope: 'private', _meta: meta };
  if (method === 'tools/list' && process.env.TOOLS_FILE) return RAW;
  if (method === 'tools/list') return { resultType: 'complete', ttlMs: 60000, cacheScope: 'private', tools: [{ name: 'book', inputSchema: { type: 'object' } }], _meta: meta };
  if (method !== 'tools/call') return undefined;
  appendFileSync(process.env.COUNT_FILE, JSON.stringify({ responses: params.inputResponses ?? null, state: params.requestState ?? null, form: params._meta?.['io.modelcontextprotocol/clientCapabilities']?.elicitation?.form !== undefined }) + '\n');
  if (!params.inputResponses) return { resultType: 'input_required', inputRequests: { seat: { method: 'elicitation/create', params: { mode: 'form', message: 'Which seat?', requestedSchema: schema } } }, requestState: `pid ${process.pid}` };
  const { action, content } = params.inputResponses.seat;
  return { resultType: 'complete', content: [{ type: 'text', text: action === 'accept' ? `Booked ${content.seat}` : `Nothing booked: ${action}` }], _meta: meta };
}

const RAW = Symbol('the list as it stands in TOOLS_FILE');

createInterface({ input: process.stdin }).on('line', line => {
  const message = JSON.parse(line);
  if (message.id === undefined) return;
  const result = answer(message);
  if (result === RAW) return process.stdout.write(`{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":{"resultType":"complete","ttlMs":60000,"cacheScope":"private","tools":${readFileSync(process.env.TOOLS_FILE)}}}\n`);
  process.stdout.write(JSON.stringify(result ? { jsonrpc: '2.0', id: message.id, result } : { jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'no such method' } }) + '\n');
});
