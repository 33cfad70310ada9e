using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Each field of a request for a response: it reaches the provider, is said again by the response, or is refused.</summary>
public sealed class ResponseFields
{
    private const string Path = "/v1/responses";
    private const string Allowed = """{"type":"allowed_tools","mode":"auto","tools":[{"type":"function","name":"count"}]}""";

    [Fact]
    public async Task Parameters_reach_the_provider_and_are_said_again()
    {
        await using var server = new RunningServer();
        var response = await server.AnswerAsync(Path, """
            {"model":"test/model","input":"Hi","temperature":0.2,"top_p":0.5,"max_output_tokens":70,"parallel_tool_calls":false,"reasoning":{"effort":"low"},"prompt_cache_key":"ck","safety_identifier":"s1","user":"u1",
             "text":{"verbosity":"high","format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true}},"truncation":"auto","metadata":{"a":"b"},"instructions":"Rhyme.",
             "tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function","name":"f"}}
            """);
        var sent = server.Model.Last;
        Assert.Equal((0.2f, 0.5f, 70, false), (sent.Options.Temperature, sent.Options.TopP, sent.Options.MaxOutputTokens, sent.Options.AllowMultipleToolCalls));
        Assert.Equal(("low", "high"), (sent.Options.AdditionalProperties!["turnpike.reasoningEffort"], sent.Options.AdditionalProperties["turnpike.verbosity"]));
        Assert.Equal("n", Assert.IsType<ChatResponseFormatJson>(sent.Options.ResponseFormat).SchemaName);
        Assert.Equal("f", ((RequiredChatToolMode)sent.Options.ToolMode!).RequiredFunctionName);
        Assert.Contains("\"ck\"", sent.Options.AdditionalProperties["turnpike.providerOptions"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("system: Rhyme.", sent.Transcript[0]);
        Assert.Equal((0.2, 0.5, 70), (response.GetProperty("temperature").GetDouble(), response.GetProperty("top_p").GetDouble(), response.GetProperty("max_output_tokens").GetInt32()));
        Assert.Equal(("low", "high", "auto", "Rhyme."), (response.GetProperty("reasoning").Text("effort"), response.GetProperty("text").Text("verbosity"), response.Text("truncation"), response.Text("instructions")));
        Assert.Equal(("ck", "s1", "u1", "b"), (response.Text("prompt_cache_key"), response.Text("safety_identifier"), response.Text("user"), response.GetProperty("metadata").Text("a")));
        Assert.Equal(("json_schema", "n"), (response.GetProperty("text").GetProperty("format").Text("type"), response.GetProperty("text").GetProperty("format").Text("name")));
        Assert.Equal(("function", "f"), (response.GetProperty("tool_choice").Text("type"), response.GetProperty("tools")[0].Text("name")));
        Assert.False(response.GetProperty("parallel_tool_calls").GetBoolean());
    }

    [Theory]
    [InlineData("none")]
    [InlineData("minimal")]
    [InlineData("low")]
    [InlineData("medium")]
    [InlineData("high")]
    [InlineData("xhigh")]
    [InlineData("max")]
    public async Task Every_effort_that_the_vendor_knows_reaches_the_providers_body(string effort)
    {
        await using var provider = new Tools.ScriptedCompletions("[]");
        await using var server = new RunningServer(null, ("Turnpike:Providers:0:name", "fake"), ("Turnpike:Providers:0:kind", "openai"), ("Turnpike:Providers:0:baseUrl", provider.Url), ("Turnpike:Providers:0:key", "k"));
        var response = await server.AnswerAsync(Path, $$"""{"model":"fake/m","input":"Hi","reasoning":{"effort":"{{effort}}"} }""");
        Assert.Equal(effort, response.GetProperty("reasoning").Text("effort"));
        await server.AnswerAsync("/v1/chat/completions", $$"""{"model":"fake/m","messages":[{"role":"user","content":"Hi"}],"reasoning_effort":"{{effort}}"}""");
        Assert.Equal([effort, effort], provider.Bodies.Select(body => JsonDocument.Parse(body).RootElement.Text("reasoning_effort")));
    }

    [Fact]
    public async Task The_tool_calls_of_the_server_are_limited_and_those_of_the_client_are_not()
    {
        await using var server = Tools();
        server.Model.CallsAll(new FunctionCallContent("c1", "count"), new FunctionCallContent("c2", "count")).CallsAll(new FunctionCallContent("c3", "count"));
        var limited = await server.AnswerAsync(Path, """{"model":"test/model","input":"Count","max_tool_calls":2,"turnpike":{"tools":["count"]}}""");
        Assert.Equal(2, server.Model.Requests.Count);
        Assert.Equal(("incomplete", "max_tool_calls", 2), (limited.Text("status"), limited.GetProperty("incomplete_details").Text("reason"), limited.GetProperty("max_tool_calls").GetInt32()));
        Assert.Equal(["completed", "completed", "failed"], limited.GetProperty("output").EnumerateArray().Select(item => item.Text("status")));

        server.Model.CallsAll(new FunctionCallContent("c1", "count"), new FunctionCallContent("c2", "mine"), new FunctionCallContent("c3", "mine"));
        var handed = await server.AnswerAsync(Path, """{"model":"test/model","input":"Count","max_tool_calls":1,"turnpike":{"tools":["count"]},"tools":[{"type":"function","name":"mine"}]}""");
        Assert.Equal(("completed", 2), (handed.Text("status"), handed.GetProperty("output").EnumerateArray().Count(item => item.Text("type") == "function_call")));
    }

    [Fact]
    public async Task A_few_calls_in_many_steps_are_within_the_limit()
    {
        await using var server = Tools();
        server.Model.Calls("count", id: "c1").Calls("count", id: "c2").Calls("count", id: "c3").Says("Three.");
        var whole = await server.AnswerAsync(Path, """{"model":"test/model","input":"Count","max_tool_calls":3,"turnpike":{"tools":["count"],"parameters":{"budget":{"seconds":60}}}}""");
        Assert.Equal("completed", whole.Text("status"));
        var twice = await server.ErrorAsync(Path, """{"model":"test/model","input":"Count","max_tool_calls":3,"turnpike":{"parameters":{"budget":{"calls":2}}}}""");
        Assert.Equal((400, "max_tool_calls"), (twice.Status, twice.Param));
    }

    [Fact]
    public async Task Phases_of_the_provider_are_told_kept_and_sent_back()
    {
        await using var server = new RunningServer();
        server.Model.Answers((_, stop) => ScriptedModel.Updates([Phase("commentary", "Let me"), new(ChatRole.Assistant, " see."), Phase("final_answer", "Yes."), new(ChatRole.Assistant, (string?)null) { FinishReason = ChatFinishReason.Stop }], stop));
        using var streamed = await server.PostJsonAsync(Path, """{"model":"test/model","input":"Rain?","stream":true}""");
        var events = FaceCalls.Chunks(FaceCalls.Lines(await streamed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal(["commentary", "final_answer"], events.Where(one => one.Text("type") == "response.output_item.added").Select(one => one.GetProperty("item").Text("phase")));
        var response = events[^1].GetProperty("response");
        Assert.Equal(["commentary: Let me see.", "final_answer: Yes."], response.GetProperty("output").EnumerateArray().Select(item => $"{item.Text("phase")}: {item.GetProperty("content")[0].Text("text")}"));
        Assert.Equal(response.GetRawText(), (await server.GetJsonAsync($"{Path}/{response.Text("id")}")).GetRawText());

        await server.AnswerAsync(Path, $$"""{"previous_response_id":"{{response.Text("id")}}","input":"Sure?"}""");
        Assert.Equal(["commentary Let me see.", "final_answer Yes."], Phases(server));
        var given = await server.AnswerAsync(Path, """{"model":"test/model","input":[{"role":"user","content":"Rain?"},{"type":"message","role":"assistant","phase":"commentary","content":[{"type":"output_text","text":"Hm."}]},{"role":"user","content":"And?"}]}""");
        Assert.Equal(["commentary Hm."], Phases(server));
        var items = (await server.GetJsonAsync($"{Path}/{given.Text("id")}/input_items?order=asc")).GetProperty("data");
        Assert.Equal("commentary", items[1].Text("phase"));
        Assert.False(items[0].TryGetProperty("phase", out _));
    }

    [Fact]
    public async Task A_response_that_waited_in_the_queue_says_so_between_created_and_in_progress()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var queued = await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{conversation}}","input":"second","background":true,"instructions":"Rhyme.","metadata":{"a":"b"},"tools":[{"type":"function","name":"f"}],"turnpike":{"queue":true} }""");
        Assert.Equal(("queued", true, "Rhyme.", "b", "f"), (queued.Text("status"), queued.GetProperty("background").GetBoolean(), queued.Text("instructions"), queued.GetProperty("metadata").Text("a"), queued.GetProperty("tools")[0].Text("name")));
        Assert.Equal(queued.GetRawText(), (await server.GetJsonAsync($"{Path}/{queued.Text("id")}")).GetRawText());
        var following = server.Client.GetStringAsync($"{Path}/{queued.Text("id")}?stream=true", TestContext.Current.CancellationToken);
        go.SetResult();
        var events = FaceCalls.Chunks(FaceCalls.Lines(await following));
        Assert.Equal(["response.created queued", "response.queued queued", "response.in_progress in_progress"], events.Take(3).Select(one => $"{one.Text("type")} {one.GetProperty("response").Text("status")}"));
        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(one => one.GetProperty("sequence_number").GetInt32()));
        Assert.Equal("completed", events[^1].GetProperty("response").Text("status"));
    }

    [Fact]
    public async Task A_response_that_is_cancelled_in_the_queue_is_told_from_its_beginning()
    {
        await using var server = new RunningServer();
        var (conversation, go) = await BusyAsync(server);
        var queued = await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{conversation}}","input":"second","background":true,"turnpike":{"queue":true} }""");
        var cancelled = await server.AnswerAsync($"{Path}/{queued.Text("id")}/cancel", "{}");
        Assert.Equal("cancelled", cancelled.Text("status"));
        var events = FaceCalls.Chunks(FaceCalls.Lines(await server.Client.GetStringAsync($"{Path}/{queued.Text("id")}?stream=true", TestContext.Current.CancellationToken)));
        Assert.Equal(["response.created", "response.queued", "response.in_progress", "response.incomplete"], events.Select(one => one.Text("type")));
        go.SetResult();
    }

    [Fact]
    public async Task Tools_of_a_source_are_narrowed_and_asked_for_by_name()
    {
        await using var server = Tools();
        await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike"}],"tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"mcp","server_label":"turnpike","name":"count"}]}}""");
        Assert.Equal(["count"], server.Model.Last.Tools);
        Assert.IsType<RequiredChatToolMode>(server.Model.Last.Options.ToolMode);
        await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike","allowed_tools":["count","other"]}],"tool_choice":{"type":"mcp","server_label":"turnpike","name":"other"}}""");
        Assert.Equal(["count", "other"], server.Model.Last.Tools);
        Assert.Equal("other", ((RequiredChatToolMode)server.Model.Last.Options.ToolMode!).RequiredFunctionName);

        server.Model.Calls("count");
        var asked = await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike","allowed_tools":{"tool_names":["count"]},"require_approval":"always"}]}""");
        Assert.Equal(["count"], server.Model.Last.Tools);
        Assert.Equal("mcp_approval_request", asked.GetProperty("output")[0].Text("type"));
    }

    [Theory]
    [InlineData(Path, "conversation", Allowed)]
    [InlineData(Path, "prompt", Allowed)]
    [InlineData(Path, "project", Allowed)]
    [InlineData(Path, "request", Allowed)]
    [InlineData(Path, "prompt", """{"type":"mcp","server_label":"turnpike"}""")]
    [InlineData("/v1/chat/completions", "prompt", """{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"count"}}]}}""")]
    public async Task A_choice_of_tools_narrows_those_of_every_layer(string path, string layer, string choice)
    {
        await using var server = new RunningServer(services => services.AddTurnpike().AddTool(() => "1", "count", "Counts.").AddTool(() => "2", "other", "Does something else."));
        using var made = await server.PostAsync("/api/projects", new { name = "Work", tools = layer == "project" ? new[] { "count", "other" } : [] });
        var project = (await server.JsonAsync(made)).Text("id");
        string[] tools = layer == "prompt" ? ["count", "other"] : [];
        Assert.Equal(201, (int)(await server.PostAsync("/api/prompts", new { key = "support", messages = new[] { new { role = "system", content = "Help." } }, tools, clientTools = layer == "prompt" ? new[] { new { name = "mine" } } : null })).StatusCode);
        var conversation = (await server.TurnAsync(new { content = layer == "conversation" ? "@.tools.activate! count other; Hi" : "Hi", project, prompt = layer == "prompt" ? null : "support" })).Text("conversation");
        var body = $$"""{{(layer == "prompt" ? "\"prompt_id\":\"support\"" : $"\"conversation\":\"{conversation}\"")}},"input":"Hi","messages":[{"role":"user","content":"Hi"}],"turnpike":{"tools":{{(layer == "request" ? "[\"count\",\"other\"]" : "[]")}} }""";
        await server.AnswerAsync(path, $"{{{body}}}");
        Assert.Equal(layer == "prompt" ? ["count", "mine", "other"] : ["count", "other"], server.Model.Last.Tools);
        var asked = await server.AnswerAsync(path, $"{{{body},\"tool_choice\":{choice}}}");
        Assert.Equal(choice.Contains("count", StringComparison.Ordinal) ? ["count"] : ["count", "other"], server.Model.Last.Tools);

        if (path != Path) return;
        using var again = await server.PostAsync($"/api/turns/turn_{asked.Text("id")!["resp_".Length..]}/regenerate", new { });
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Equal(server.Model.Requests[^2].Tools, server.Model.Last.Tools);
    }

    [Fact]
    public async Task One_label_means_all_tools_of_the_program_and_one_that_means_nothing_is_refused()
    {
        await using var server = Tools();
        await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike","allowed_tools":["count","calculate"]}]}""");
        Assert.Equal(["calculate", "count"], server.Model.Last.Tools.Order(StringComparer.Ordinal));
        await server.AnswerAsync(Path, """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"turnpike"}],"tool_choice":{"type":"mcp","server_label":"turnpike"}}""");
        Assert.Equal(["calculate", "count", "other"], server.Model.Last.Tools.Intersect(["calculate", "count", "other"]).Order(StringComparer.Ordinal));
        var unknown = await server.ErrorAsync(Path, """{"model":"test/model","input":"Hi","tools":[{"type":"mcp","server_label":"none"}]}""");
        Assert.Equal((400, "tool_unknown", "tools[0].server_label"), (unknown.Status, unknown.Code, unknown.Param));
        Assert.Contains("turnpike", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"input":[{"role":"assistant","phase":"later","content":"x"}]}""", "unsupported_value", "input[0].phase")]
    [InlineData("""{"input":[{"role":"robot","content":"x"}]}""", "unsupported_value", "input[0].role")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"video"}]}]}""", "unsupported_value", "input[0].content[0].type")]
    [InlineData("""{"input":[{"role":"user","content":[{"type":"input_file"}]}]}""", "request_invalid", "input[0].content[0].file_id")]
    [InlineData("""{"input":[{"type":"compaction"}]}""", "unsupported_value", "input[0].type")]
    [InlineData("""{"input":[{"type":"function_call_output","call_id":"c9","output":"x"}]}""", "tool_call_unknown", "input[0].call_id")]
    [InlineData("""{"input":[{"type":"mcp_approval_response","approval_request_id":"mcpr_x_1","approve":true}]}""", "tool_call_unknown", "input[0].approval_request_id")]
    [InlineData("""{"input":"Hi","reasoning":{"summary":"long"}}""", "unsupported_value", "reasoning.summary")]
    [InlineData("""{"input":"Hi","text":{"verbosity":"loud"}}""", "parameter_invalid", "text.verbosity")]
    [InlineData("""{"input":"Hi","tool_choice":"maybe"}""", "unsupported_value", "tool_choice")]
    [InlineData("""{"input":"Hi","tool_choice":{"type":"file_search"}}""", "unsupported_value", "tool_choice.type")]
    [InlineData("""{"input":"Hi","tools":[{"type":"mcp","server_label":"x","require_approval":"sometimes"}]}""", "unsupported_value", "tools[0].require_approval")]
    [InlineData("""{"input":"Hi","tools":[{"type":"mcp"}]}""", "request_invalid", "tools[0].server_label")]
    [InlineData("""{"input":"Hi","tools":[{"type":"mcp","server_label":"x","connector_id":"c"}]}""", "unsupported_parameter", "tools[0].connector_id")]
    [InlineData("""{"input":"Hi","max_tool_calls":0}""", "request_invalid", "max_tool_calls")]
    [InlineData("""{"input":"Hi","max_output_tokens":0}""", "parameter_invalid", "max_output_tokens")]
    [InlineData("""{"input":"Hi","temperature":"warm"}""", "parameter_invalid", "temperature")]
    [InlineData("""{"input":"Hi","stream":"yes"}""", "request_invalid", "stream")]
    [InlineData("""{"input":"Hi","conversation":7}""", "request_invalid", "conversation")]
    [InlineData("""{"input":"Hi","conversation":{}}""", "request_invalid", "conversation.id")]
    [InlineData("""{"input":"Hi","metadata":{"a":1}}""", "request_invalid", "metadata.a")]
    [InlineData("""{"input":"Hi","prompt":{"id":"a","prompt_id":"b"}}""", "request_invalid", "prompt.prompt_id")]
    [InlineData("""{"input":"Hi","prompt_version":"3"}""", "request_invalid", "prompt_version")]
    [InlineData("""{"input":"Hi","prompt":{"id":"a","variables":{"doc":{"type":"input_file","filename":"a.pdf","file_data":"no base64!"}}}}""", "request_invalid", "prompt.variables.doc.file_data")]
    [InlineData("""{"input":"Hi","prompt":{"id":"a","variables":{"photo":{"type":"input_image"}}}}""", "request_invalid", "prompt.variables.photo.file_id")]
    [InlineData("""{"input":"Hi","tools":[{"type":"function","name":"f"},{"type":"function","name":"f"}]}""", "request_invalid", "tools[1].name")]
    public async Task What_is_not_taken_is_refused_with_the_field(string body, string code, string param)
    {
        await using var server = new RunningServer();
        var error = await server.ErrorAsync(Path, body);
        Assert.Equal((400, code, param), (error.Status, error.Code, error.Param));
    }

    [Theory]
    [InlineData("service_tier", "\"flex\"")]
    [InlineData("top_logprobs", "3")]
    [InlineData("moderation", "{}")]
    [InlineData("context_management", "[]")]
    [InlineData("access_programs", "[]")]
    [InlineData("invented_tomorrow", "{\"a\":[1]}")]
    public async Task What_means_nothing_here_is_taken_and_named_in_a_header(string name, string value)
    {
        await using var server = new RunningServer();
        using var response = await server.PostJsonAsync(Path, $$"""{"model":"test/model","input":"Hi","{{name}}":{{value}}}""");
        Assert.Equal((200, name), ((int)response.StatusCode, response.Headers.GetValues("Turnpike-Ignored").Single()));
    }

    private static RunningServer Tools() => new(services => services.AddTurnpike().AddTool(() => "1", "count", "Counts.").AddTool(() => "2", "other", "Does something else."));

    private static ChatResponseUpdate Phase(string phase, string text) => new(ChatRole.Assistant, [new TextContent(text) { AdditionalProperties = new() { ["phase"] = phase } }]);

    private static IEnumerable<string> Phases(RunningServer server) => server.Model.Last.Messages.Where(message => message.Role == ChatRole.Assistant).SelectMany(message => message.Contents).OfType<TextContent>().Select(text => $"{text.AdditionalProperties?["phase"]} {text.Text}");

    /// <summary>A conversation in which a turn runs until the task is done.</summary>
    private static async Task<(string Conversation, TaskCompletionSource Go)> BusyAsync(RunningServer server)
    {
        var conversation = (await server.TurnAsync(new { content = "Hi" })).Text("conversation")!;
        var go = new TaskCompletionSource();
        server.Model.Answers((_, stop) => WordsAsync(go.Task, stop));
        await server.SubmitAsync(JsonSerializer.Serialize(new { content = "first", conversation }));
        return (conversation, go);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WordsAsync(Task go, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new(ChatRole.Assistant, "one");
        await go.WaitAsync(cancellationToken);
        yield return new(ChatRole.Assistant, " two") { FinishReason = ChatFinishReason.Stop };
    }
}
