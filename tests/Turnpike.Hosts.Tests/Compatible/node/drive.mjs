// Drives published clients, unchanged, against a running server. One JSON line for each thing that was seen to work or not.
// usage: node drive.mjs <base url> <sdk> [key]
import { readFileSync } from "node:fs";
import assert from "node:assert/strict";
import { agui, aiSdkOpenAI, chatClass, langfuse, openaiMore, openResponses } from "./more.mjs";

const [base, sdk, key = "none"] = process.argv.slice(2);
const version = (name) => JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version;
const MODEL = "test/talker";

async function openai() {
  const { default: OpenAI, toFile } = await import("openai");
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 });
  const user = (content) => [{ role: "user", content }];
  return {
    "chat completion": async () => {
      const answer = await client.chat.completions.create({ model: MODEL, messages: user("say Hello there") });
      assert.equal(answer.choices[0].message.content, "Hello there");
      assert.equal(answer.choices[0].finish_reason, "stop");
      assert.ok(answer.usage.total_tokens > 0);
    },
    "chat completion, streamed by the helper": async () => {
      const stream = client.chat.completions.stream({ model: MODEL, messages: user("say One two three"), stream_options: { include_usage: true } });
      let text = "";
      stream.on("content", (delta) => (text += delta));
      const answer = await stream.finalChatCompletion();
      assert.equal(text, "One two three");
      assert.equal(answer.choices[0].message.content, text);
      assert.ok(answer.usage.total_tokens > 0);
    },
    "chat completion with a client tool": async () => {
      const tools = [{ type: "function", function: { name: "locate", parameters: { type: "object", properties: {} } } }];
      const messages = user('call locate {"a":1}');
      const first = await client.chat.completions.create({ model: MODEL, messages, tools });
      assert.equal(first.choices[0].finish_reason, "tool_calls");
      const call = first.choices[0].message.tool_calls[0];
      assert.deepEqual(JSON.parse(call.function.arguments), { a: 1 });
      const second = await client.chat.completions.create({ model: MODEL, tools, messages: [...messages, first.choices[0].message, { role: "tool", tool_call_id: call.id, content: "Rome" }] });
      assert.equal(second.choices[0].message.content, "Result: Rome");
    },
    "chat completion of a prompt as a model": async () => {
      const answer = await client.chat.completions.create({ model: "prompt/guide", messages: user("say Hi"), metadata: { prompt_variables: '{"city":"Rome"}' } });
      assert.equal(answer.choices[0].message.content, "Hi");
      assert.match(answer.system_fingerprint, /^tp_/);
    },
    "models": async () => {
      const ids = [];
      for await (const model of client.models.list()) ids.push(model.id);
      assert.ok(ids.includes(MODEL) && ids.includes("prompt/guide"));
      assert.equal((await client.models.retrieve("prompt/guide")).id, "prompt/guide");
      await assert.rejects(client.models.retrieve("prompt/none"), (error) => error.status === 404 && error.code === "model_not_found");
    },
    "response": async () => {
      const response = await client.responses.create({ model: MODEL, input: "say Hello" });
      assert.equal(response.output_text, "Hello");
      assert.equal(response.status, "completed");
    },
    "response of a stored prompt by id, version and variables": async () => {
      const prompts = await (await fetch(`${base}/v1/prompts/guide`, { headers: { authorization: `Bearer ${key}` } })).json();
      const response = await client.responses.create({ prompt: { id: prompts.prompt_id, version: String(prompts.version), variables: { city: "Oslo" } }, input: "system" });
      assert.equal(response.output_text, "Answer as a guide to Oslo.");
      assert.equal(response.prompt.version, String(prompts.version));
    },
    "response of a prompt imported from the vendor, by its old id, version and variables": async () => {
      const shape = { id: "pmpt_68cafe", name: "Old Guide", version: "3", model: "gpt-5", instructions: "You guide people in {{city}}, {{tone}}.", variables: { city: null, tone: "warm" } };
      const headers = { authorization: `Bearer ${key}`, "content-type": "text/plain" };
      const imported = await fetch(`${base}/api/prompts/import`, { method: "POST", headers, body: JSON.stringify(shape) });
      assert.ok(imported.ok, await imported.text());
      const prompt = { id: "pmpt_68cafe", version: "3", variables: { city: "Oslo" } };
      const response = await client.responses.create({ prompt, model: MODEL, input: "system" });
      assert.equal(response.output_text, "You guide people in Oslo, warm.");
      assert.deepEqual(response.prompt, prompt);
      await assert.rejects(client.responses.create({ prompt: { id: "pmpt_68cafe" }, model: MODEL, input: "x" }), (error) => error.status === 400 && error.param === "prompt.variables");
      await assert.rejects(client.responses.create({ prompt: { ...prompt, version: "7" }, model: MODEL, input: "x" }), (error) => error instanceof OpenAI.NotFoundError && error.param === "prompt.id");
    },
    "response, streamed by the helper": async () => {
      const stream = client.responses.stream({ model: MODEL, input: "say One two" });
      let text = "";
      stream.on("response.output_text.delta", (event) => (text += event.delta));
      const response = await stream.finalResponse();
      assert.equal(text, "One two");
      assert.equal(response.output_text, "One two");
    },
    "response with a function call, answered": async () => {
      const tools = [{ type: "function", name: "locate", parameters: { type: "object", properties: {} }, strict: false }];
      const first = await client.responses.create({ model: MODEL, input: "call locate {}", tools });
      const call = first.output.find((item) => item.type === "function_call");
      const second = await client.responses.create({ model: MODEL, tools, previous_response_id: first.id, input: [{ type: "function_call_output", call_id: call.call_id, output: "Rome" }] });
      assert.equal(second.output_text, "Result: Rome");
      assert.equal(second.previous_response_id, first.id);
    },
    "response with reasoning": async () => {
      const response = await client.responses.create({ model: MODEL, input: "think", reasoning: { summary: "auto" } });
      assert.deepEqual(response.output.map((item) => item.type), ["reasoning", "message"]);
    },
    "background response, resumed and cancelled": async () => {
      const stream = await client.responses.create({ model: MODEL, input: "wait", background: true, stream: true });
      let id, last = -1;
      for await (const event of stream) {
        if (event.type === "response.created") id = event.response.id;
        last = event.sequence_number;
        if (event.type === "response.output_text.delta") break;
      }
      const resumed = await client.responses.retrieve(id, { stream: true, starting_after: last });
      const cancelled = await client.responses.cancel(id);
      assert.equal(cancelled.status, "cancelled");
      const rest = [];
      for await (const event of resumed) rest.push(event);
      assert.equal(rest[0].sequence_number, last + 1);
      assert.equal(rest.at(-1).type, "response.incomplete");
    },
    "background response, polled": async () => {
      let response = await client.responses.create({ model: MODEL, input: "say Later", background: true });
      while (response.status === "queued" || response.status === "in_progress") response = await client.responses.retrieve(response.id);
      assert.equal(response.output_text, "Later");
    },
    "response, its input items and its deletion": async () => {
      const response = await client.responses.create({ model: MODEL, input: [{ role: "user", content: "say A" }, { role: "assistant", content: "A" }, { role: "user", content: "say B" }] });
      const items = [];
      for await (const item of client.responses.inputItems.list(response.id, { limit: 1, order: "asc" })) items.push(item.role);
      assert.deepEqual(items, ["user", "assistant", "user"]);
      await client.responses.delete(response.id);
      await assert.rejects(client.responses.retrieve(response.id), (error) => error.status === 404);
    },
    "conversations and the pager of their items": async () => {
      const conversation = await client.conversations.create({ metadata: { a: "b" }, items: [{ type: "message", role: "user", content: "I live in Oslo." }] });
      const response = await client.responses.create({ model: MODEL, conversation: conversation.id, input: "history" });
      assert.match(response.output_text, /I live in Oslo\./);
      const roles = [];
      for await (const item of client.conversations.items.list(conversation.id, { limit: 1, order: "asc" })) roles.push(item.role);
      assert.deepEqual(roles, ["user", "user", "assistant"]);
      assert.equal((await client.conversations.update(conversation.id, { metadata: { c: "d" } })).metadata.c, "d");
      assert.equal((await client.conversations.delete(conversation.id)).deleted, true);
      await assert.rejects(client.conversations.retrieve(conversation.id), (error) => error.status === 404);
    },
    "files": async () => {
      const file = await client.files.create({ file: await toFile(Buffer.from("It rained."), "notes.txt"), purpose: "user_data" });
      assert.equal(file.filename, "notes.txt");
      assert.equal(await (await client.files.content(file.id)).text(), "It rained.");
      const ids = [];
      for await (const one of client.files.list()) ids.push(one.id);
      assert.ok(ids.includes(file.id));
      assert.equal((await client.files.delete(file.id)).deleted, true);
      await assert.rejects(client.files.retrieve(file.id), (error) => error.status === 404);
    },
    "errors": async () => {
      await assert.rejects(client.chat.completions.create({ model: MODEL, messages: user("say A"), n: 2 }), (error) => error.status === 400 && error.param === "n" && error.code === "unsupported_value");
      await assert.rejects(client.responses.create({ model: MODEL, input: "fail" }), (error) => error.status === 502 && error.type === "server_error" && error.param === null);
      await assert.rejects(client.responses.create({ prompt: { id: "nothing" }, input: "x" }), (error) => error instanceof OpenAI.NotFoundError && error.param === "prompt.id");
    },
  };
}

async function ai() {
  const { DefaultChatTransport, readUIMessageStream } = await import("ai");
  const transport = () => new DefaultChatTransport({ api: `${base}/api/chat`, headers: { authorization: `Bearer ${key}` }, body: { model: MODEL } });
  const message = (id, text) => ({ id, role: "user", parts: [{ type: "text", text }] });
  const read = async (stream, message) => {
    let last;
    for await (const one of readUIMessageStream({ message, stream })) last = one;
    return last;
  };
  const text = (one) => one.parts.filter((part) => part.type === "text").map((part) => part.text).join("");
  const send = (chatId, messages, more = {}) => transport().sendMessages({ chatId, messages, trigger: "submit-message", messageId: undefined, abortSignal: undefined, ...more });
  return {
    "DefaultChatTransport and readUIMessageStream": async () => {
      const first = await read(await send("a1", [message("u1", "say Hello there")]));
      assert.equal(text(first), "Hello there");
      assert.match(first.id, /^msg_/);
      const second = await read(await send("a1", [message("u1", "say Hello there"), first, message("u2", "history")]));
      assert.match(text(second), /say Hello there/);
    },
    "regenerate": async () => {
      const first = await read(await send("a2", [message("u1", "say Again")]));
      const again = await read(await send("a2", [message("u1", "say Again")], { trigger: "regenerate-message", messageId: first.id }));
      assert.notEqual(first.id, again.id);
      assert.equal(text(again), "Again");
    },
    "reasoning": async () => {
      const one = await read(await send("a3", [message("u1", "think")]));
      assert.ok(one.parts.some((part) => part.type === "reasoning" && part.text === "Hm."));
    },
    "client tool, answered in the same message": async () => {
      const more = { body: { clientTools: [{ name: "locate", schema: { type: "object" } }] } };
      const asked = await read(await send("a4", [message("u1", "call locate {}")], more));
      const part = asked.parts.find((one) => one.type === "tool-locate");
      assert.equal(part.state, "input-available");
      const done = { ...asked, parts: asked.parts.map((one) => (one === part ? { ...one, state: "output-available", output: "Rome" } : one)) };
      const answered = await read(await send("a4", [message("u1", "call locate {}"), done]), done);
      assert.equal(answered.id, asked.id);
      assert.deepEqual(answered.parts.map((one) => one.type), ["step-start", "tool-locate", "step-start", "text"]);
      assert.match(text(answered), /Rome/);
    },
    "reconnect": async () => {
      const stream = await send("a5", [message("u1", "wait")]);
      const reader = stream.getReader();
      for (let chunk = await reader.read(); chunk.value?.type !== "text-delta"; chunk = await reader.read());
      const again = await transport().reconnectToStream({ chatId: "a5" });
      const seen = again.getReader();
      assert.equal((await seen.read()).value.type, "start");
      await fetch(`${base}/api/chat/a5/stop`, { method: "POST", headers: { authorization: `Bearer ${key}` } });
      let last;
      for (let chunk = await seen.read(); !chunk.done; chunk = await seen.read()) last = chunk.value;
      assert.equal(last.type, "abort");
      assert.equal(await transport().reconnectToStream({ chatId: "a5" }), null);
    },
    "errors": async () => {
      await assert.rejects(send("a6", []), /messages/);
    },
  };
}

async function compatible() {
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  const { generateText, streamText, tool, jsonSchema, stepCountIs } = await import("ai");
  const provider = createOpenAICompatible({ name: "turnpike", baseURL: `${base}/v1`, apiKey: key, includeUsage: true });
  return {
    "generateText": async () => {
      const answer = await generateText({ model: provider(MODEL), prompt: "say Hello", maxRetries: 0 });
      assert.equal(answer.text, "Hello");
      assert.ok(answer.usage.totalTokens > 0);
    },
    "streamText": async () => {
      const answer = streamText({ model: provider("prompt/guide"), prompt: "say One two", maxRetries: 0, providerOptions: { turnpike: { prompt_variables: { city: "Rome" } } } });
      let said = "";
      for await (const delta of answer.textStream) said += delta;
      assert.equal(said, "One two");
    },
    "tools of the client": async () => {
      const answer = await generateText({
        model: provider(MODEL), prompt: "call locate {}", maxRetries: 0, stopWhen: stepCountIs(3),
        tools: { locate: tool({ description: "d", inputSchema: jsonSchema({ type: "object", properties: {} }), execute: async () => "Rome" }) },
      });
      assert.match(answer.text, /Rome/);
    },
    "reasoning": async () => {
      const answer = await generateText({ model: provider(MODEL), prompt: "think", maxRetries: 0 });
      assert.equal(answer.reasoningText, "Hm.");
    },
  };
}

const at = { base, key };
const sdks = {
  "openai": async () => ({ ...(await openai()), ...(await openaiMore(at)) }),
  "ai": async () => ({ ...(await ai()), ...(await chatClass(at)) }),
  "@ai-sdk/openai-compatible": compatible,
  "@ai-sdk/openai": () => aiSdkOpenAI(at),
  "@ai-sdk/open-responses": () => openResponses(at),
  "@ag-ui/client": () => agui(at),
  "@langfuse/client": () => langfuse(at),
};
const scenarios = await sdks[sdk]();
for (const [name, run] of Object.entries(scenarios)) {
  let error = null;
  try {
    await run();
  } catch (thrown) {
    error = String(thrown?.stack ?? thrown).slice(0, 800);
  }
  console.log(JSON.stringify({ sdk, version: version(sdk), name, error }));
}
process.exit(0);
