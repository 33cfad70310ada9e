// A client of ours written with the vendor's SDK: client.mjs http <url> [key] | client.mjs stdio <command> [arguments…]. It prints what it got as JSON.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [way, where, ...more] = process.argv.slice(2);
const transport = way === 'http'
  ? new StreamableHTTPClientTransport(new URL(where), { requestInit: { headers: more[0] ? { Authorization: `Bearer ${more[0]}` } : {} } })
  : new StdioClientTransport({ command: where, args: more, env: process.env, stderr: 'inherit' });
const client = new Client({ name: 'vendor', version: '1.0.0' });
await client.connect(transport);
const refused = async asked => { try { await asked; return null; } catch (error) { return error.code; } };
const progress = [];
const got = {
  version: transport.protocolVersion ?? null,
  server: client.getServerVersion(),
  prompts: (await client.listPrompts()).prompts,
  prompt: await client.getPrompt({ name: 'support', arguments: { city: 'Rome' } }),
  missing: await refused(client.getPrompt({ name: 'support' })),
  tools: (await client.listTools()).tools,
  called: await client.callTool({ name: 'run_support', arguments: { city: 'Paris', input: 'Rain?' } }, undefined, { onprogress: told => progress.push(told.message) }),
  shaped: await client.callTool({ name: 'run_sum', arguments: { input: '1 2' } }),
  resources: (await client.listResources()).resources,
  resource: (await client.readResource({ uri: 'turnpike://prompts/support/resources/faq' })).contents,
  completed: (await client.complete({ ref: { type: 'ref/prompt', name: 'support' }, argument: { name: 'city', value: 'pa' } })).completion,
  progress,
};
await client.close();
console.log(JSON.stringify(got));
process.exit(0);
