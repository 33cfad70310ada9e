using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Recordings;
using Turnpike.Hosts.Tests.Tools;
using static Turnpike.Hosts.Tests.Recordings.WireProvider;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Half of a character in JSON from elsewhere is read as U+FFFD, and costs nothing else.</summary>
public sealed class HalfCharacters
{
    private const string Half = "\\ud800";

    private static string Status(JsonElement turn) => turn.GetProperty("status").GetString()!;

    /// <summary>Runs a turn to its end, however it ends.</summary>
    private static async Task<JsonElement> EndedAsync(RunningServer server)
    {
        var id = await server.SubmitAsync("""{"content":"Hi","model":"wire/m"}""");
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{id}/events");
        await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return await server.GetJsonAsync("/api/turns/" + id);
    }

    [Fact]
    public async Task In_a_models_arguments()
    {
        await using var wire = new WireProvider(Answers(Calls("current_time", "{\"a\\\\ud800\":\"\\\\ud800\"}"), Done), Answers(Said("Done."), Done));
        await using var server = new RunningServer(null, wire.Settings(false));
        var turn = await server.TurnAsync(new { content = "Hi", model = "wire/m", tools = new[] { "current_time" } });
        Assert.Equal(("completed", "Done."), (Status(turn), turn.GetProperty("answer").GetString()));
        var sent = JsonNode.Parse(wire.Requests.Last().Body)!["messages"]!.AsArray().Single(message => message!["tool_calls"] is not null)!;
        Assert.Equal("{\"a\uFFFD\":\"\uFFFD\"}", JsonNode.Parse((string)sent["tool_calls"]![0]!["function"]!["arguments"]!)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task In_a_call_of_echo_and_in_a_structured_answer()
    {
        await using var server = new RunningServer();
        Assert.Equal("completed", Status(await server.TurnAsync(new { content = $$"""call current_time {"a":"{{Half}}"}""", model = "builtin/echo", tools = new[] { "current_time" } })));
        server.Model.Says($$"""{"a":"{{Half}}"}""");
        var turn = await server.TurnAsync(new { content = "Hi", parameters = new { responseFormat = new { type = "json_object" } } });
        Assert.Equal("\uFFFD", turn.GetProperty("output").GetProperty("a").GetString());
    }

    [Fact]
    public async Task In_the_error_of_a_provider()
    {
        await using var wire = new WireProvider(Refuses("400 Bad Request", $$$"""{"error":{"message":"No {{{Half}}} here."}}"""));
        await using var server = new RunningServer(null, wire.Settings(false));
        var error = (await EndedAsync(server)).GetProperty("error");
        Assert.Equal(("provider_refused", false), (error.GetProperty("code").GetString(), error.GetProperty("retryable").GetBoolean()));
        Assert.Contains("No \uFFFD here.", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(wire.Requests);
    }

    [Fact]
    public async Task In_what_a_tool_server_lists_and_answers()
    {
        await using var rough = new RoughToolServer($$$"""[{"name":"odd{{{Half}}}","inputSchema":{"type":"object"}},{{{RoughToolServer.Tool("tool")}}}]""", (exchange, asked) => RoughToolServer.ResultAsync(exchange, asked, $$$"""{"content":[{"type":"text","text":"fine{{{Half}}}"}]}"""));
        await using var server = await RoughTools.WithAsync(rough.Entry);
        server.Model.Calls("tool").Says("Done.");
        Assert.Equal("completed", Status(await server.TurnAsync(new { content = "Hi", tools = new[] { "rough.*" } })));
        Assert.Equal("fine\uFFFD", RoughTools.Result(server));
    }

    [Fact]
    public async Task In_the_calls_of_an_import()
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Post, "/api/conversations/import", """
            {"version":1,"conversations":[{"id":"c1","title":"T","projectId":null,"metadata":{},"createdAt":"2026-01-01T10:00:00Z","updatedAt":"2026-01-01T10:00:00Z"}],
             "interactions":[{"id":"i1","conversationId":"c1","parentId":null,"index":0,"type":"message.user_assistant","status":"COMPLETED","startedAt":"2026-01-01T10:00:01Z","endedAt":"2026-01-01T10:00:05Z","prompt":{"content":"Hi","parameters":{},"metadata":{}},"response":"B",
               "metadata":{"toolCalls":["{\"toolCallId\":\"t\",\"toolName\":\"f\",\"input\":{\"a\":\"\\ud800\"}}"]}}]}
            """);
        Assert.Equal(200, (int)response.StatusCode);
        var id = (await server.GetJsonAsync("/api/conversations")).GetProperty("data")[0].GetProperty("id").GetString();
        var turns = await server.GetJsonAsync($"/api/conversations/{id}/turns");
        Assert.Contains("\"a\":\"\uFFFD\"", turns.GetRawText(), StringComparison.Ordinal);
    }
}
