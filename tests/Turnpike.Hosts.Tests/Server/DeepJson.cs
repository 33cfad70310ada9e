using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Recordings;
using static Turnpike.Hosts.Tests.Recordings.WireProvider;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>However deep JSON is nested that a model or a client sends, the turn ends, can be read, and its conversation goes on.</summary>
public sealed class DeepJson
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<int> Depths => Enumerable.Range(40, 31);

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);

    private static async Task<JsonElement> GoesOnAsync(RunningServer server, JsonElement turn, string model)
    {
        Assert.Equal("completed", turn.GetProperty("status").GetString());
        Assert.Equal(turn.GetProperty("answer").GetString(), (await server.GetJsonAsync("/api/turns/" + turn.GetProperty("id").GetString())).GetProperty("answer").GetString());
        var next = await server.TurnAsync(new { content = "And then?", conversation = turn.GetProperty("conversation").GetString(), model });
        Assert.Equal("completed", next.GetProperty("status").GetString());
        return next;
    }

    [Fact]
    public async Task A_model_may_nest_arguments_as_it_likes()
    {
        await using var wire = new WireProvider([.. Depths.SelectMany(depth => (Func<RawExchange, Task>[])[Answers(Calls("current_time", $$"""{"a":{{Deep(depth)}}}"""), Done), Answers(Said("Done."), Done), Answers(Said("Next."), Done)])]);
        await using var server = new RunningServer(null, wire.Settings(false));
        foreach (var depth in Depths)
        {
            var turn = await server.TurnAsync(new { content = "Hi", model = "wire/m", tools = new[] { "current_time" } });
            var sent = JsonNode.Parse(wire.Requests.Last().Body)!["messages"]!.AsArray();
            Assert.Equal($$"""{"a":{{Deep(depth)}}}""", (string?)sent.Single(message => message!["tool_calls"] is not null)!["tool_calls"]![0]!["function"]!["arguments"]);
            await GoesOnAsync(server, turn, "wire/m");
        }
    }

    [Fact]
    public async Task Echo_calls_as_deep_as_it_is_asked_to_or_says_why_not()
    {
        await using var server = new RunningServer();
        foreach (var depth in Depths)
            await GoesOnAsync(server, await server.TurnAsync(new { content = $$"""call current_time {"a":{{Deep(depth)}}}""", model = "builtin/echo", tools = new[] { "current_time" } }), "builtin/echo");
    }

    [Fact]
    public async Task A_structured_answer_is_a_value_as_deep_as_values_may_be_and_text_beyond()
    {
        await using var server = new RunningServer();
        foreach (var depth in Depths)
        {
            var said = $$"""{"a":{{Deep(depth - 1)}}}""";
            server.Model.Says(said);
            var turn = await server.TurnAsync(new { content = "Hi", parameters = new { responseFormat = new { type = "json_object" } } });
            Assert.Equal((said, depth <= 48), (turn.GetProperty("answer").GetString(), turn.TryGetProperty("output", out _)));
            await GoesOnAsync(server, turn, "test/model");
        }
    }

    public static TheoryData<string, string> Bodies => new()
    {
        { "/api/turns", """{"content":"Hi","variables":{"v":{"a":DEEP}},"prompt":{"variables":[{"name":"v","type":"object"}],"messages":[{"role":"system","content":"{{json v}}"}]}}""" },
        { "/api/turns", """{"content":"Hi","variables":{"v":"{\"a\":DEEP}"},"prompt":{"variables":[{"name":"v","type":"object"}],"messages":[{"role":"system","content":"{{json v}}"}]}}""" },
        { "/api/turns/preview", """{"content":"Hi","variables":{"v":{"a":DEEP}},"prompt":{"variables":[{"name":"v","type":"object"}],"messages":[{"role":"system","content":"{{json v}}"}]}}""" },
        { "/api/turns", """{"content":"Hi","prompt":{"messages":[{"role":"system","content":"S"}],"output":{"format":"json","schema":{"type":"object","default":DEEP}}}}""" },
        { "/api/turns", """{"content":"Hi","prompt":{"variables":[{"name":"v","type":"object","default":{"a":DEEP}}],"messages":[{"role":"system","content":"{{json v}}"}]}}""" },
        { "/api/turns", """{"content":"Hi","parameters":{"responseFormat":{"type":"json_schema","schema":{"type":"object","default":DEEP}}}}""" },
        { "/api/turns", """{"content":"Hi","parameters":{"providerOptions":{"x":DEEP}}}""" },
        { "/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":"Hi"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":DEEP}"}}]},{"role":"tool","tool_call_id":"c","content":"x"}]}""" },
        { "/v1/responses", """{"model":"test/model","input":[{"role":"user","content":"Hi"},{"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":DEEP}"},{"type":"function_call_output","call_id":"c","output":"x"}]}""" },
        { "/api/chat", """{"id":"KEY","trigger":"submit-message","messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"Hi"}]},{"id":"a1","role":"assistant","parts":[{"type":"tool-f","toolCallId":"c","state":"output-available","input":{"a":DEEP},"output":{"a":DEEP}}]},{"id":"u2","role":"user","parts":[{"type":"text","text":"Go on"}]}]}""" },
        { "/api/prompts", """{"key":"KEY","variables":[{"name":"v","type":"object","default":{"a":DEEP}}],"messages":[{"role":"system","content":"{{json v}}"}]}""" },
        { "/api/prompts/import", """{"key":"KEY","variables":[{"name":"v","type":"object","default":{"a":DEEP}}],"messages":[{"role":"system","content":"{{json v}}"}]}""" },
        { "/api/conversations/import", """{"version":1,"conversations":[{"id":"KEY","title":"T","projectId":null,"metadata":{},"createdAt":"2026-01-01T10:00:00Z","updatedAt":"2026-01-01T10:00:00Z"}],"interactions":[{"id":"KEYi","conversationId":"KEY","parentId":null,"index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:01Z","endedAt":"2026-01-01T10:00:05Z","prompt":{"content":"Hi","parameters":{},"metadata":{}},"response":"B","metadata":{"toolCalls":["{\"toolCallId\":\"t\",\"toolName\":\"f\",\"input\":{\"a\":DEEP}}"]}}]}""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_client_is_answered_or_told_that_it_nests_too_deeply(string path, string body)
    {
        await using var server = new RunningServer();
        var statuses = new List<string>();
        foreach (var depth in Depths)
        {
            var key = $"key{depth}";
            var sent = body.Replace("DEEP", Deep(depth), StringComparison.Ordinal).Replace("KEY", key, StringComparison.Ordinal);
            using var response = await server.Client.PostAsync(path, new StringContent(sent, Encoding.UTF8, "application/json"), Cancellation);
            var answer = await response.Content.ReadAsStringAsync(Cancellation);
            if ((int)response.StatusCode is not (>= 200 and < 300 or 400 or 422) || answer.Contains("internal_error", StringComparison.Ordinal)) statuses.Add($"{depth}: {(int)response.StatusCode} {answer}");
            if (depth == 40) Assert.InRange((int)response.StatusCode, 200, 201);
            if ((int)response.StatusCode == 400 && depth < 48 && body.Contains("\\\"a\\\":DEEP", StringComparison.Ordinal) && !path.StartsWith("/api/turns", StringComparison.Ordinal)) statuses.Add($"{depth}: text is never refused {answer}");
            if (!response.IsSuccessStatusCode || !path.StartsWith("/api/prompts", StringComparison.Ordinal)) continue;
            var turn = await server.TurnAsync(new { content = "Hi", prompt = key });
            if (turn.GetProperty("status").GetString() != "completed") statuses.Add($"{depth}: {turn}");
        }
        Assert.Empty(statuses);
        foreach (var conversation in (await server.GetJsonAsync("/api/conversations")).GetProperty("data").EnumerateArray())
        {
            var id = conversation.GetProperty("id").GetString();
            var next = await server.TurnAsync(new { content = "And then?", conversation = id });
            Assert.Equal("completed", next.GetProperty("status").GetString());
            using var export = await server.SendAsync(HttpMethod.Get, $"/api/conversations/{id}/turns");
            Assert.Equal(200, (int)export.StatusCode);
        }
    }
}
