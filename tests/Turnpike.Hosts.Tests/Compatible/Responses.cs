using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Prompts;

namespace Turnpike.Hosts.Tests.Compatible;

public sealed class Responses
{
    private const string Path = "/v1/responses";

    private static readonly string[] Members =
    [
        "id", "object", "created_at", "completed_at", "status", "error", "incomplete_details", "model", "instructions", "metadata", "output", "tools", "tool_choice", "parallel_tool_calls", "temperature", "top_p",
        "presence_penalty", "frequency_penalty", "top_logprobs", "previous_response_id", "conversation", "prompt", "background", "store", "truncation", "text", "reasoning", "max_output_tokens", "max_tool_calls", "usage",
        "service_tier", "user", "safety_identifier", "prompt_cache_key", "access_programs",
    ];

    private static IReadOnlyList<JsonElement> Events(string stream) => FaceCalls.Chunks(FaceCalls.Lines(stream));

    private static async Task<IReadOnlyList<JsonElement>> StreamAsync(RunningServer server, string body)
    {
        using var response = await server.PostJsonAsync(Path, body);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        var events = Events(text);
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(one => one.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(text.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line[7..]), events.Select(one => one.Text("type")));
        return events;
    }

    [Fact]
    public async Task A_response_has_every_member()
    {
        await using var server = new RunningServer();
        server.Model.Says("Yes.");
        var response = await server.AnswerAsync(Path, """{"model":"test/model","input":"Rain?","metadata":{"a":"b"},"temperature":0.5,"user":"u"}""");
        Assert.Equal(Members, response.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("completed", "test/model", "u"), (response.Text("status"), response.Text("model"), response.Text("user")));
        var item = response.GetProperty("output")[0];
        Assert.Equal("msg_" + response.Text("id")!["resp_".Length..] + "_0", item.Text("id"));
        Assert.Equal("Yes.", item.GetProperty("content")[0].Text("text"));
        Assert.Equal((0.5, "b", 11), (response.GetProperty("temperature").GetDouble(), response.GetProperty("metadata").Text("a"), response.GetProperty("usage").GetProperty("total_tokens").GetInt32()));
        var read = await server.GetJsonAsync($"{Path}/{response.Text("id")}");
        Assert.Equal(response.GetRawText(), read.GetRawText());
    }

    [Fact]
    public async Task Events_come_in_order_with_numbers_without_gaps()
    {
        await using var server = new RunningServer();
        server.Model.Says("Yes", ".");
        var events = await StreamAsync(server, """{"model":"test/model","input":"Rain?","stream":true}""");
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"],
            events.Select(one => one.Text("type")).Where(type => type != "response.output_text.delta"));
        Assert.Equal("Yes.", string.Concat(events.Where(one => one.Text("type") == "response.output_text.delta").Select(one => one.Text("delta"))));
        Assert.Equal("Yes.", events[^1].GetProperty("response").GetProperty("output")[0].GetProperty("content")[0].Text("text"));
        Assert.Equal(0, events[0].GetProperty("response").GetProperty("output").GetArrayLength());
    }

    [Fact]
    public async Task A_stream_is_read_again_from_every_number()
    {
        await using var server = new RunningServer();
        server.Model.Says("Yes", ".");
        var events = await StreamAsync(server, """{"model":"test/model","input":"Rain?","stream":true}""");
        var id = events[0].GetProperty("response").Text("id");
        for (var after = 0; after < events.Count; after++)
        {
            var rest = Events(await server.Client.GetStringAsync($"{Path}/{id}?stream=true&starting_after={after}", TestContext.Current.CancellationToken));
            Assert.Equal(events.Skip(after + 1).Select(one => one.GetRawText()), rest.Select(one => one.GetRawText()));
        }
        var beyond = Assert.Single(Events(await server.Client.GetStringAsync($"{Path}/{id}?stream=true&starting_after={events.Count + 5}", TestContext.Current.CancellationToken)));
        Assert.Equal(("response.completed", events.Count + 6), (beyond.Text("type"), beyond.GetProperty("sequence_number").GetInt32()));
        Assert.Equal(events.Count, Events(await server.Client.GetStringAsync($"{Path}/{id}?stream=true", TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task A_prompt_runs_by_id_version_and_variables()
    {
        await using var server = new RunningServer();
        var saved = await server.Get<IPromptStore>().SaveAsync(ChatCompletions.Guide with { Variables = [new() { Name = "city", Required = true }, new() { Name = "key", Secret = true }] }, null, TestContext.Current.CancellationToken);
        var response = await server.AnswerAsync(Path, $$"""{"prompt":{"id":"{{saved.Id}}","version":"1","variables":{"city":{"type":"input_text","text":"Rome"},"key":"hush"} },"input":"Hi"}""");
        Assert.Equal(["system: Answer as a guide to Rome.", "user: Visitor says:\n\nHi"], server.Model.Last.Transcript);
        var prompt = response.GetProperty("prompt");
        Assert.Equal((saved.Id, "1", "•••"), (prompt.Text("id"), prompt.Text("version"), prompt.GetProperty("variables").Text("key")));
        await server.AnswerAsync(Path, $$"""{"previous_response_id":"{{response.Text("id")}}","input":"And?","instructions":"Rhyme."}""");
        Assert.Equal(["system: Answer as a guide to Rome.\n\nRhyme.", "user: Visitor says:\n\nHi", "assistant: ok", "user: And?"], server.Model.Last.Transcript);
        await server.AnswerAsync(Path, """{"prompt":{"id":"guide","variables":{"city":"Oslo"}}}""");
        Assert.Equal("user: Visitor says:", server.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task Function_calls_are_handed_over_and_answered()
    {
        await using var server = new RunningServer();
        server.Model.Calls("locate", new() { ["a"] = 1 }).Says("Rome.");
        const string Tools = """ "tools":[{"type":"function","name":"locate","description":"d","parameters":{"type":"object"},"strict":false}] """;
        var asked = await StreamAsync(server, $$"""{"model":"test/model","input":"Where?","stream":true,{{Tools}}}""");
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done", "response.completed"], asked.Select(one => one.Text("type")));
        var response = asked[^1].GetProperty("response");
        var call = response.GetProperty("output")[0];
        Assert.Equal(("function_call", "call_1", """{"a":1}"""), (call.Text("type"), call.Text("call_id"), call.Text("arguments")));
        var missing = await server.ErrorAsync(Path, $$"""{"previous_response_id":"{{response.Text("id")}}","input":[{"type":"function_call_output","call_id":"other","output":"x"}]}""");
        Assert.Equal((400, "tool_call_unknown"), (missing.Status, missing.Code));
        var answered = await server.AnswerAsync(Path, $$"""{"previous_response_id":"{{response.Text("id")}}",{{Tools}},"input":[{"type":"function_call_output","call_id":"call_1","output":"here"}]}""");
        Assert.Equal("Rome.", answered.GetProperty("output")[0].GetProperty("content")[0].Text("text"));
        Assert.Equal("tool: [result here]", server.Model.Last.Transcript[^1]);
        var items = (await server.GetJsonAsync($"{Path}/{answered.Text("id")}/input_items")).GetProperty("data");
        Assert.Equal("function_call_output", items[0].Text("type"));
    }

    [Fact]
    public async Task Server_tools_are_mcp_calls_with_their_results()
    {
        await using var server = new RunningServer();
        server.Model.Calls("current_time").Says("Noon.");
        var events = await StreamAsync(server, """{"model":"test/model","input":"Time?","stream":true,"turnpike":{"tools":["current_time"]}}""");
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.mcp_call.in_progress", "response.mcp_call_arguments.delta", "response.mcp_call_arguments.done", "response.mcp_call.completed", "response.output_item.done",
            "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"], events.Select(one => one.Text("type")));
        var output = events[^1].GetProperty("response").GetProperty("output");
        Assert.Equal(("mcp_call", "turnpike", "completed"), (output[0].Text("type"), output[0].Text("server_label"), output[0].Text("status")));
        Assert.EndsWith("_1", output[1].Text("id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reasoning_is_shown_only_when_a_summary_is_asked_for()
    {
        await using var server = new RunningServer();
        for (var i = 0; i < 2; i++) server.Model.Answers((_, stop) => Turnpike.Tests.Scripted.ScriptedModel.Updates([new(ChatRole.Assistant, [new TextReasoningContent("Hm")]), new(ChatRole.Assistant, "Yes") { FinishReason = ChatFinishReason.Stop }], stop));
        var shown = await StreamAsync(server, """{"model":"test/model","input":"Hi","stream":true,"reasoning":{"effort":"low","summary":"auto"}}""");
        Assert.Contains("response.reasoning_summary_text.delta", shown.Select(one => one.Text("type")));
        Assert.Equal(["reasoning", "message"], shown[^1].GetProperty("response").GetProperty("output").EnumerateArray().Select(item => item.Text("type")));
        var hidden = await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi"}""");
        var item = Assert.Single(hidden.GetProperty("output").EnumerateArray());
        Assert.EndsWith("_1", item.Text("id"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_provider_wants_back_with_its_reasoning_is_sealed_and_taken_back()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => Turnpike.Tests.Scripted.ScriptedModel.Updates([new(ChatRole.Assistant, [new TextReasoningContent("Hm") { ProtectedData = "opaque" }]), new(ChatRole.Assistant, "Yes") { FinishReason = ChatFinishReason.Stop }], stop));
        var made = await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi","include":["reasoning.encrypted_content"]}""");
        var item = made.GetProperty("output")[0];
        var closed = item.Text("encrypted_content")!;
        Assert.DoesNotContain("opaque", closed, StringComparison.Ordinal);
        Assert.Equal(made.GetRawText(), (await server.GetJsonAsync($"{Path}/{made.Text("id")}")).GetRawText());
        server.Model.Answers((_, stop) => Turnpike.Tests.Scripted.ScriptedModel.Updates([new(ChatRole.Assistant, [new TextReasoningContent("Hm") { ProtectedData = "opaque" }]), new(ChatRole.Assistant, "Yes") { FinishReason = ChatFinishReason.Stop }], stop));
        var plain = (await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi"}""")).Text("id");
        Assert.Equal("message", (await server.GetJsonAsync($"{Path}/{plain}")).GetProperty("output")[0].Text("type"));
        Assert.Equal(closed, (await server.GetJsonAsync($"{Path}/{plain}?include[]=reasoning.encrypted_content")).GetProperty("output")[0].Text("encrypted_content"));
        foreach (var (sent, wanted) in ((string, string?)[])[(closed, "opaque"), ("made elsewhere", null)])
        {
            await server.AnswerAsync(Path, $$"""{"model":"test/model","store":false,"input":[{"role":"user","content":"Hi"},{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"{{sent}}"},{"role":"assistant","content":"Yes"},{"role":"user","content":"And?"}]}""");
            var thought = server.Model.Last.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().Single();
            Assert.Equal(("Hm", wanted), (thought.Text, thought.ProtectedData));
        }
    }

    [Fact]
    public async Task An_approved_call_runs_though_its_tool_is_not_named_again_and_names_what_asked()
    {
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books a room.");
            services.Configure<Turnpike.Tools.ToolOptions>(options => options.Approval["book"] = Turnpike.Turns.Calls.ToolDecision.Ask);
        });
        server.Model.Calls("book").Says("Done.");
        var asked = await server.AnswerAsync(Path, """{"model":"test/model","input":"Book!","turnpike":{"tools":["book"]}}""");
        var request = asked.GetProperty("output")[0];
        Assert.Equal(("mcp_approval_request", "book"), (request.Text("type"), request.Text("name")));
        var done = await server.AnswerAsync(Path, $$"""{"model":"test/model","previous_response_id":"{{asked.Text("id")}}","input":[{"type":"mcp_approval_response","approval_request_id":"{{request.Text("id")}}","approve":true}]}""");
        var call = done.GetProperty("output")[0];
        Assert.Equal(("mcp_call", request.Text("id"), "Booked.", "completed"), (call.Text("type"), call.Text("approval_request_id"), call.Text("output"), call.Text("status")));
        Assert.Equal("Done.", done.GetProperty("output")[1].GetProperty("content")[0].Text("text"));
    }

    [Fact]
    public async Task History_is_cut_only_when_the_request_lets_it()
    {
        await using var server = new RunningServer(services => services.Configure<Turnpike.Turns.Catalogs.ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", ContextWindow = 400 }));
        var conversation = await server.AnswerAsync("/v1/conversations", $$"""{"items":[{"role":"user","content":"{{string.Concat(Enumerable.Repeat("word ", 500))}}"},{"role":"assistant","content":"Yes."}]}""");
        var next = $$"""{"model":"test/model","conversation":"{{conversation.Text("id")}}","input":"And?" """;
        var refused = await server.ErrorAsync(Path, next + "}");
        Assert.Equal((400, "context_length_exceeded", "input"), (refused.Status, refused.Code, refused.Param));
        var cut = await server.AnswerAsync(Path, next + ""","truncation":"auto"}""");
        Assert.Equal("auto", cut.Text("truncation"));
        Assert.Single(server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Input_tokens_are_counted_without_a_turn()
    {
        await using var server = new RunningServer();
        Assert.True((await server.AnswerAsync(Path + "/input_tokens", """{"model":"test/model","input":"Hello there, you."}""")).GetProperty("input_tokens").GetInt32() > 0);
        Assert.Empty(server.Model.Requests);
    }

    [Fact]
    public async Task A_failed_turn_is_a_failed_response()
    {
        await using var server = new RunningServer();
        server.Model.Fails(new Turnpike.Turns.TurnException(Turnpike.Turns.TurnErrorCode.ProviderRefused, "No."));
        var events = await StreamAsync(server, """{"model":"test/model","input":"Hi","stream":true}""");
        var response = events[^1].GetProperty("response");
        Assert.Equal(("response.failed", "failed", "invalid_prompt"), (events[^1].Text("type"), response.Text("status"), response.GetProperty("error").Text("code")));
        Assert.StartsWith("[provider_refused]", response.GetProperty("error").Text("message"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, response.GetProperty("usage").ValueKind);

        server.Model.Answers((_, stop) => BreaksOff(stop));
        var broken = (await StreamAsync(server, """{"model":"test/model","input":"Hi","stream":true}"""))[^1].GetProperty("response");
        var usage = (await server.GetJsonAsync("/api/turns/turn_" + broken.Text("id")!["resp_".Length..])).GetProperty("usage");
        Assert.Equal(("failed", usage.GetProperty("outputTokens").GetInt64()), (broken.Text("status"), broken.GetProperty("usage").GetProperty("output_tokens").GetInt64()));
        Assert.True(usage.GetProperty("outputTokens").GetInt64() > 0);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> BreaksOff([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(ChatRole.Assistant, "Half of what it meant to say");
        await Task.Delay(0, cancellationToken);
        throw new Turnpike.Turns.TurnException(Turnpike.Turns.TurnErrorCode.ProviderStreamBroken, "It broke off.");
    }

    [Fact]
    public async Task A_turn_of_another_face_reads_as_a_response()
    {
        await using var server = new RunningServer();
        var turn = await server.TurnAsync(new { content = "Hi" });
        var response = await server.GetJsonAsync($"{Path}/resp_{turn.Text("id")!["turn_".Length..]}");
        Assert.Equal(("completed", "ok"), (response.Text("status"), response.GetProperty("output")[0].GetProperty("content")[0].Text("text")));
    }

    [Theory]
    [InlineData("""{"input":"Hi","previous_response_id":"resp_x","conversation":"conv_x"}""", "mutually_exclusive_parameters", "previous_response_id")]
    [InlineData("""{"input":"Hi","previous_response_id":"resp_x"}""", "previous_response_not_found", "previous_response_id")]
    [InlineData("""{"input":[{"type":"computer_call"}]}""", "unsupported_value", "input[0].type")]
    [InlineData("""{"input":"Hi","tools":[{"type":"file_search"}]}""", "unsupported_value", "tools[0].type")]
    [InlineData("""{"input":"Hi","tools":[{"type":"mcp","server_label":"x","server_url":"http://x"}]}""", "unsupported_parameter", "tools[0].server_url")]
    [InlineData("""{"input":"Hi","store":false,"background":true}""", "unsupported_value", "background")]
    [InlineData("""{"input":"Hi","truncation":"some"}""", "unsupported_value", "truncation")]
    [InlineData("""{"input":"Hi","reasoning":{"effort":"huge"}}""", "parameter_invalid", "reasoning.effort")]
    [InlineData("""{"input":"Hi","text":{"format":{"type":"xml"}}}""", "unsupported_value", "text.format.type")]
    [InlineData("""{"input":7}""", "request_invalid", "input")]
    [InlineData("""{}""", "content_missing", "input")]
    [InlineData("""{"prompt":{"variables":{}}}""", "request_invalid", "prompt.id")]
    public async Task What_is_not_taken_is_refused_with_the_field(string body, string code, string param)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync(Path, body);
        Assert.Equal((400, code, param), (error.Status, error.Code, error.Param));
    }

    [Fact]
    public async Task An_unknown_conversation_or_response_is_404()
    {
        await using var server = new RunningServer();
        Assert.Equal((404, "conversation_not_found", "conversation"), await server.ErrorAsync(Path, """{"input":"Hi","conversation":"conv_x"}""") is var error ? (error.Status, error.Code, error.Param) : default);
        Assert.Equal((404, "turn_not_found", "input[0].id"), await server.ErrorAsync(Path, """{"input":[{"type":"item_reference","id":"msg_x_1"}]}""") is var reference ? (reference.Status, reference.Code, reference.Param) : default);
        foreach (var path in (string[])["/v1/responses/resp_x", "/v1/responses/x?stream=true", "/v1/responses/resp_x/input_items"])
        {
            using var response = await server.SendAsync(HttpMethod.Get, path);
            Assert.Equal(404, (await FaceCalls.ErrorAsync(response)).Status);
        }
    }
}
