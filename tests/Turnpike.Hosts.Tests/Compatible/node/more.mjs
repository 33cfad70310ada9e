// Further published clients, and further things that the first ones do.
import assert from "node:assert/strict";

const MODEL = "test/talker";

export async function openaiMore({ base, key }) {
  const { default: OpenAI } = await import("openai");
  const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: key, maxRetries: 0 });
  const user = (content) => [{ role: "user", content }];
  return {
    "stored chat completions, their pager, messages and metadata": async () => {
      const made = [];
      for (const word of ["One", "Two", "Three"]) made.push(await client.chat.completions.create({ model: MODEL, store: true, metadata: { group: "pages" }, messages: user(`say ${word}`) }));
      const ids = [];
      for await (const one of client.chat.completions.list({ limit: 1, metadata: { group: "pages" } })) ids.push(one.id);
      assert.deepEqual(ids, made.map((one) => one.id));
      const messages = [];
      for await (const one of client.chat.completions.messages.list(ids[0])) messages.push([one.role, one.content]);
      assert.deepEqual(messages, [["user", "say One"]]);
      assert.deepEqual((await client.chat.completions.update(ids[0], { metadata: { group: "other" } })).metadata, { group: "other" });
      assert.equal((await client.chat.completions.delete(ids[1])).deleted, true);
      const left = [];
      for await (const one of client.chat.completions.list({ metadata: { group: "pages" } })) left.push(one.id);
      assert.deepEqual(left, [ids[2]]);
    },
    "image and file parts": async () => {
      const answer = await client.chat.completions.create({ model: MODEL, messages: [{ role: "user", content: [{ type: "text", text: "parts" }, { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } }, { type: "file", file: { file_data: "data:text/plain;base64,SXQgcmFpbmVkLg==", filename: "notes.txt" } }] }] });
      assert.match(answer.choices[0].message.content, /image\/png/);
      assert.match(answer.choices[0].message.content, /It rained\./);
    },
    "structured output": async () => {
      const answer = await client.chat.completions.create({ model: MODEL, messages: user('say {"a":1}'), response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" } } } });
      assert.deepEqual(JSON.parse(answer.choices[0].message.content), { a: 1 });
    },
    "an imported stored prompt by its old id, version and variables": async () => {
      const response = await client.responses.create({ prompt: { id: "pmpt_abc123", version: "1", variables: { city: "Lima" } }, input: "system" });
      assert.equal(response.output_text, "You know Lima.");
      assert.deepEqual([response.prompt.id, response.prompt.version], ["pmpt_abc123", "1"]);
    },
    "response with an approval": async () => {
      const asked = await client.responses.create({ model: MODEL, input: "call book {}", tools: [{ type: "mcp", server_label: "turnpike", allowed_tools: ["book"], require_approval: "always" }] });
      const request = asked.output.find((item) => item.type === "mcp_approval_request");
      assert.deepEqual([request.name, request.server_label], ["book", "turnpike"]);
      const done = await client.responses.create({ model: MODEL, previous_response_id: asked.id, input: [{ type: "mcp_approval_response", approval_request_id: request.id, approve: true }] });
      assert.match(done.output_text, /Booked/);
      assert.equal(done.output.find((item) => item.type === "mcp_call").approval_request_id, request.id);
    },
    "response with an approval, the whole list sent again": async () => {
      const tools = [{ type: "mcp", server_label: "turnpike", allowed_tools: ["book"], require_approval: "always" }];
      const input = user("call book {}");
      const asked = await client.responses.create({ model: MODEL, input, tools });
      const request = asked.output.find((item) => item.type === "mcp_approval_request");
      const done = await client.responses.create({ model: MODEL, tools, input: [...input, ...asked.output, { type: "mcp_approval_response", approval_request_id: request.id, approve: true }] });
      assert.match(done.output_text, /Booked/);
      assert.equal(done.output.find((item) => item.type === "mcp_call").approval_request_id, request.id);
    },
    "one response, streamed to two readers": async () => {
      const stream = await client.responses.create({ model: MODEL, input: "say One two three four", background: true, stream: true });
      let id, first = "";
      for await (const event of stream) {
        if (event.type === "response.created") id = event.response.id;
        if (event.type === "response.output_text.delta") first += event.delta;
      }
      let second = "";
      for await (const event of client.responses.stream({ response_id: id, starting_after: 1 })) if (event.type === "response.output_text.delta") second += event.delta;
      assert.equal(second, first);
    },
  };
}

export async function chatClass({ base, key }) {
  const { AbstractChat, DefaultChatTransport, lastAssistantMessageIsCompleteWithToolCalls, lastAssistantMessageIsCompleteWithApprovalResponses } = await import("ai");
  class State {
    status = "ready"; error = undefined; messages = [];
    pushMessage = (message) => { this.messages = [...this.messages, message]; };
    popMessage = () => { this.messages = this.messages.slice(0, -1); };
    replaceMessage = (index, message) => { this.messages = this.messages.map((one, i) => (i === index ? message : one)); };
    snapshot = (thing) => structuredClone(thing);
  }
  class Chat extends AbstractChat {
    constructor(id, body, more = {}) {
      super({ id, state: new State(), transport: new DefaultChatTransport({ api: `${base}/api/chat`, headers: { authorization: `Bearer ${key}` }, body: { model: MODEL, ...body } }), ...more });
    }
  }
  const text = (message) => message.parts.filter((part) => part.type === "text").map((part) => part.text).join("");
  const kinds = (message) => message.parts.map((part) => part.type);
  const plain = (parts) => JSON.parse(JSON.stringify(parts));
  const kept = async (id) => (await (await fetch(`${base}/api/chat/${id}`, { headers: { authorization: `Bearer ${key}` } })).json()).messages.at(-1).parts;
  const settled = async (chat, done) => {
    for (let i = 0; i < 400 && !(chat.status === "ready" && done()); i++) {
      if (chat.error) throw chat.error;
      await new Promise((resume) => setTimeout(resume, 10));
    }
    assert.ok(done(), JSON.stringify(chat.messages));
  };
  return {
    "AbstractChat: send, edit and regenerate": async () => {
      const chat = new Chat("b1", {});
      await chat.sendMessage({ text: "say First" });
      assert.equal(text(chat.lastMessage), "First");
      const [question] = chat.messages;
      await chat.sendMessage({ text: "say Edited", messageId: question.id });
      assert.deepEqual(chat.messages.map(text), ["say Edited", "Edited"]);
      const before = chat.lastMessage.id;
      await chat.regenerate();
      assert.equal(text(chat.lastMessage), "Edited");
      assert.notEqual(chat.lastMessage.id, before);
    },
    "AbstractChat: tool output of the client, sent on by itself": async () => {
      const chat = new Chat("b2", { clientTools: [{ name: "locate", schema: { type: "object" } }] }, {
        sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
        onToolCall: ({ toolCall }) => { chat.addToolOutput({ tool: toolCall.toolName, toolCallId: toolCall.toolCallId, output: "Rome" }); },
      });
      await chat.sendMessage({ text: "call locate {}" });
      await settled(chat, () => /Rome/.test(text(chat.lastMessage)));
      assert.deepEqual(chat.messages.slice(1).map(kinds), [["step-start", "tool-locate", "step-start", "text"]]);
    },
    "AbstractChat: three calls of the client's tool, one after another": async () => {
      const chat = new Chat("b6", { clientTools: [{ name: "locate", schema: { type: "object" } }] }, {
        sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
        onToolCall: ({ toolCall }) => { chat.addToolOutput({ tool: toolCall.toolName, toolCallId: toolCall.toolCallId, output: "Rome" }); },
      });
      await chat.sendMessage({ text: "chain 3 locate" });
      await settled(chat, () => /Done/.test(text(chat.lastMessage)));
      assert.deepEqual(kinds(chat.lastMessage), [...Array(3).fill(["step-start", "text", "tool-locate"]).flat(), "step-start", "text"]);
      assert.equal(text(chat.lastMessage), "Look. Look. Look. Done.");
      assert.deepEqual(plain(chat.lastMessage.parts), await kept("b6"));
    },
    "AbstractChat: input that is no JSON reads as it was streamed": async () => {
      const chat = new Chat("b7", { clientTools: [{ name: "locate", schema: { type: "object" } }] });
      await chat.sendMessage({ text: "garble locate" });
      assert.equal(chat.lastMessage.parts.at(-1).state, "output-error");
      assert.deepEqual(plain(chat.lastMessage.parts), await kept("b7"));
    },
    "AbstractChat: approval given and refused": async () => {
      for (const [id, approved, part] of [["b3", true, "output-available"], ["b4", false, "output-denied"]]) {
        const chat = new Chat(id, { tools: ["book"] }, { sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses });
        await chat.sendMessage({ text: "call book {}" });
        const asked = chat.lastMessage.parts.find((one) => one.state === "approval-requested");
        assert.ok(asked, JSON.stringify(chat.lastMessage));
        assert.deepEqual(plain(chat.lastMessage.parts), await kept(id));
        await chat.addToolApprovalResponse({ id: asked.approval.id, approved, reason: approved ? undefined : "Too dear." });
        await settled(chat, () => chat.lastMessage.parts.some((one) => one.state === part) && text(chat.lastMessage).length > 0);
        if (approved) assert.match(text(chat.lastMessage), /Booked/);
        assert.deepEqual(kinds(chat.lastMessage), ["step-start", "tool-book", "step-start", "text"]);
        assert.deepEqual(plain(chat.lastMessage.parts), await kept(id));
      }
    },
    "AbstractChat: stop and resume": async () => {
      const chat = new Chat("b5", {});
      const sending = chat.sendMessage({ text: "wait" });
      for (let i = 0; i < 400 && chat.messages.length < 2; i++) await new Promise((resume) => setTimeout(resume, 10));
      await chat.stop();
      await sending;
      const resuming = chat.resumeStream();
      await new Promise((resume) => setTimeout(resume, 50));
      await fetch(`${base}/api/chat/b5/stop`, { method: "POST", headers: { authorization: `Bearer ${key}` } });
      await resuming;
      assert.equal(text(chat.lastMessage), "Half");
      await chat.resumeStream();
      assert.equal(chat.status, "ready");
    },
  };
}

export async function aiSdkOpenAI({ base, key }) {
  const { createOpenAI } = await import("@ai-sdk/openai");
  const { generateText, streamText, tool, jsonSchema, stepCountIs } = await import("ai");
  const provider = createOpenAI({ baseURL: `${base}/v1`, apiKey: key });
  const locate = { locate: tool({ description: "d", inputSchema: jsonSchema({ type: "object", properties: {} }), execute: async () => "Rome" }) };
  return {
    "responses: generateText": async () => {
      const answer = await generateText({ model: provider.responses(MODEL), prompt: "say Hello", maxRetries: 0 });
      assert.equal(answer.text, "Hello");
      assert.ok(answer.usage.totalTokens > 0);
    },
    "responses: streamText": async () => {
      const answer = streamText({ model: provider.responses(MODEL), prompt: "say One two", maxRetries: 0 });
      let said = "";
      for await (const delta of answer.textStream) said += delta;
      assert.equal(said, "One two");
      assert.equal(await answer.finishReason, "stop");
    },
    "responses: tools of the client": async () => {
      const answer = await generateText({ model: provider.responses(MODEL), prompt: "call locate {}", maxRetries: 0, stopWhen: stepCountIs(3), tools: locate });
      assert.match(answer.text, /Rome/);
    },
    "chat: generateText and tools": async () => {
      assert.equal((await generateText({ model: provider.chat(MODEL), prompt: "say Hello", maxRetries: 0 })).text, "Hello");
      assert.match((await generateText({ model: provider.chat(MODEL), prompt: "call locate {}", maxRetries: 0, stopWhen: stepCountIs(3), tools: locate })).text, /Rome/);
    },
  };
}

export async function openResponses({ base, key }) {
  const { createOpenResponses } = await import("@ai-sdk/open-responses");
  const { generateText, streamText, tool, jsonSchema, stepCountIs } = await import("ai");
  const provider = createOpenResponses({ name: "turnpike", url: `${base}/v1/responses`, apiKey: key });
  return {
    "generateText": async () => {
      const answer = await generateText({ model: provider(MODEL), prompt: "say Hello", maxRetries: 0 });
      assert.equal(answer.text, "Hello");
    },
    "streamText": async () => {
      const answer = streamText({ model: provider(MODEL), prompt: "say One two", maxRetries: 0 });
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
  };
}

export async function agui({ base, key }) {
  const { HttpAgent } = await import("@ag-ui/client");
  const agent = (threadId, turnpike = {}) => {
    const one = new HttpAgent({ url: `${base}/api/agui`, headers: { authorization: `Bearer ${key}` }, threadId });
    one.props = { turnpike: { model: MODEL, ...turnpike } };
    return one;
  };
  const run = async (one, text, more = {}) => {
    if (text) one.addMessage({ id: `u-${one.threadId}-${one.messages.length}`, role: "user", content: text });
    const events = [];
    const result = await one.runAgent({ forwardedProps: one.props, ...more }, { onEvent: ({ event }) => { events.push(event); } });
    return { ...result, events, types: events.map((event) => event.type) };
  };
  const said = (one) => one.messages.filter((message) => message.role === "assistant").map((message) => message.content).filter(Boolean);
  return {
    "run, then another one of the same thread": async () => {
      const one = agent("c1");
      const first = await run(one, "say Hello there");
      assert.deepEqual(first.types.filter((type) => type !== "TEXT_MESSAGE_CONTENT"), ["RUN_STARTED", "STATE_SNAPSHOT", "STEP_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_END", "STEP_FINISHED", "RUN_FINISHED"]);
      await run(one, "history");
      assert.deepEqual(said(one), ["Hello there", "say Hello there history"]);
    },
    "prompt, state and context": async () => {
      const one = agent("c2", { prompt: "guide", model: undefined });
      one.state = { city: "Rome", mood: "odd" };
      const { events } = await run(one, "system");
      assert.equal(said(one)[0], "Answer as a guide to Rome.");
      assert.deepEqual(events.find((event) => event.type === "STATE_SNAPSHOT").snapshot, { city: "Rome" });
    },
    "reasoning": async () => {
      const { types } = await run(agent("c3"), "think");
      assert.deepEqual(types.filter((type) => type.startsWith("REASONING")), ["REASONING_START", "REASONING_MESSAGE_START", "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_END", "REASONING_END"]);
    },
    "tool of the client, answered by a message": async () => {
      const one = agent("c4");
      const tools = [{ name: "locate", description: "d", parameters: { type: "object", properties: {} } }];
      const asked = await run(one, "call locate {}", { tools });
      const finished = asked.events.at(-1);
      assert.deepEqual(finished.outcome, { type: "success", pendingToolCallIds: ["call_locate"] });
      one.addMessage({ id: "t1", role: "tool", toolCallId: "call_locate", content: "Rome" });
      await run(one, null, { tools });
      assert.equal(said(one).at(-1), "Result: Rome");
    },
    "approval as an interrupt, resumed": async () => {
      const one = agent("c5", { tools: ["book"] });
      const asked = await run(one, "call book {}");
      const { outcome } = asked.events.at(-1);
      assert.deepEqual([outcome.type, outcome.interrupts[0].reason, outcome.interrupts[0].toolCallId], ["interrupt", "tool_approval", "call_book"]);
      const resumed = await run(one, null, { resume: [{ interruptId: outcome.interrupts[0].id, status: "resolved", payload: { approved: true } }] });
      assert.ok(resumed.types.includes("TOOL_CALL_RESULT"));
      assert.match(said(one).at(-1), /Booked/);
    },
    "errors, before the run and in it": async () => {
      const before = agent("c6", { model: "nobody/nothing" });
      await assert.rejects(run(before, "say A"), /404/);
      const { types } = await run(agent("c7"), "fail").catch((error) => ({ types: [String(error)] }));
      assert.match(types.at(-1), /RUN_ERROR|does not know the key/);
    },
  };
}

export async function langfuse({ base, key }) {
  const { LangfuseClient } = await import("@langfuse/client");
  const client = new LangfuseClient({ publicKey: "any", secretKey: key, baseUrl: base });
  return {
    "a prompt, compiled by the client": async () => {
      const prompt = await client.prompt.get("guide", { type: "chat", cacheTtlSeconds: 0, maxRetries: 0 });
      assert.deepEqual(prompt.compile({ city: "Rome" }), [{ role: "system", content: "Answer as a guide to Rome." }]);
      assert.equal(prompt.config.model, MODEL);
      assert.deepEqual([prompt.version, prompt.labels], [1, ["latest"]]);
    },
    "a prompt by version, and one that is not there": async () => {
      assert.equal((await client.prompt.get("guide", { type: "chat", version: 1, cacheTtlSeconds: 0, maxRetries: 0 })).version, 1);
      await assert.rejects(client.prompt.get("nothing", { type: "chat", cacheTtlSeconds: 0, maxRetries: 0 }));
    },
    "the list of prompts": async () => {
      const list = await client.api.prompts.list({ limit: 10 });
      assert.ok(list.data.some((prompt) => prompt.name === "guide" && prompt.type === "chat"));
    },
  };
}
