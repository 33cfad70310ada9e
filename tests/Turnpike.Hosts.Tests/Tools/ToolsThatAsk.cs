using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Npm;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Pipeline;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>Tools of MCP servers that ask for input in the middle of a call.</summary>
public sealed class ToolsThatAsk
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task<RunningServer> WithAsync(AskingToolServer asking, params (string, string)[] settings)
    {
        var server = new RunningServer(null, [("Turnpike:Connect", "00:00:30"), .. settings]);
        using var added = await server.PostAsync("/api/tools/servers", asking.Entry);
        Assert.Equal(201, (int)added.StatusCode);
        return server;
    }

    private static async Task<(string Id, JsonElement Open)> WaitingAsync(RunningServer server)
    {
        server.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Done.");
        using var response = await server.PostAsync("/api/turns", new { content = "Go", tools = new[] { "book" } });
        Assert.Equal(202, (int)response.StatusCode);
        var turn = await server.JsonAsync(response);
        return (turn.GetProperty("id").GetString()!, turn.GetProperty("openCalls")[0]);
    }

    private static async Task<string> EndAsync(RunningServer server, string turn)
    {
        await server.Client.GetStringAsync($"/api/turns/{turn}/events", Stop);
        Assert.Equal("completed", (await server.GetJsonAsync("/api/turns/" + turn)).GetProperty("status").GetString());
        return server.Model.Last.Transcript[^1];
    }

    [Fact]
    public async Task A_turn_waits_until_what_its_tool_asks_is_answered_and_the_server_gets_it_with_its_own_state()
    {
        await using var asking = new AskingToolServer(AskingToolServer.Asks(), AskingToolServer.Says("Booked."));
        await using var server = await WithAsync(asking);
        var (id, open) = await WaitingAsync(server);
        Assert.Equal(("call_1", "input", "Which seat?"), (open.GetProperty("callId").GetString(), open.GetProperty("kind").GetString(), open.GetProperty("input").GetProperty("questions").GetProperty("seat").GetProperty("message").GetString()));
        Assert.NotNull(asking.Calls.Single()["_meta"]!["io.modelcontextprotocol/clientCapabilities"]!["elicitation"]!["form"]);

        var answer = new { callId = "call_1", output = new { seat = new { action = "accept", content = new { seat = "aisle", bags = 2 } } } };
        using var answered = await server.PostAsync($"/api/turns/{id}/tool-results", answer);
        Assert.Equal(202, (int)answered.StatusCode);
        Assert.Equal("tool: [result Booked.]", await EndAsync(server, id));
        Assert.Equal(2, asking.Calls.Count);
        Assert.Equal("""{"seat":{"action":"accept","content":{"seat":"aisle","bags":2}}}""", asking.Calls[1]["inputResponses"]!.ToJsonString());
        Assert.Equal(("s1", "book", """{"city":"Oslo"}"""), ((string?)asking.Calls[1]["requestState"], (string?)asking.Calls[1]["name"], asking.Calls[1]["arguments"]!.ToJsonString()));

        using var again = await server.PostAsync($"/api/turns/{id}/tool-results", answer);
        Assert.Equal(202, (int)again.StatusCode);
        var (status, code, _, _) = await server.RefusedAsync(server.PostAsync($"/api/turns/{id}/approvals/call_1", new { approved = false }));
        Assert.Equal((409, "idempotency_conflict"), (status, code));
        Assert.Equal(2, asking.Calls.Count);
    }

    [Theory]
    [InlineData("""{"callId":"call_1","approved":true}""", "send as \"output\"")]
    [InlineData("""{"callId":"call_1","output":"aisle"}""", "send as \"output\"")]
    [InlineData("""{"callId":"call_1","output":{}}""", "\"seat\" has no answer")]
    [InlineData("""{"callId":"call_1","output":{"seat":{"action":"accept"}}}""", "without \"content\"")]
    [InlineData("""{"callId":"call_1","output":{"seat":{"action":"perhaps"}}}""", "accept, decline or cancel")]
    [InlineData("""{"callId":"call_1","output":{"seat":{"action":"decline","content":{}}}}""", "without \"content\"")]
    [InlineData("""{"callId":"call_1","output":{"seat":{"action":"accept","content":{"seat":"roof"}}}}""", "does not fit what is asked: ")]
    [InlineData("""{"callId":"call_1","output":{"seat":{"action":"decline"},"meal":{"action":"decline"}}}""", "no question \"meal\"")]
    [InlineData("""{"callId":"call_1","approved":false,"output":{}}""", "a no comes without")]
    public async Task An_answer_that_does_not_fit_the_questions_is_refused_and_the_turn_waits_on(string body, string why)
    {
        await using var asking = new AskingToolServer(AskingToolServer.Asks());
        await using var server = await WithAsync(asking);
        var (id, _) = await WaitingAsync(server);
        var (status, code, detail, _) = await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/tool-results", body));
        Assert.Equal((400, "request_invalid"), (status, code));
        Assert.Contains(why, detail, StringComparison.Ordinal);
        Assert.Single(asking.Calls);
        Assert.Equal("waiting", (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("approvals/call_1", """{"approved":false,"reason":"no"}""", "decline")]
    [InlineData("tool-results", """{"callId":"call_1","output":{"seat":{"action":"decline"}}}""", "decline")]
    [InlineData("tool-results", """{"callId":"call_1","output":{"seat":{"action":"cancel"}}}""", "cancel")]
    [InlineData("tool-results", """{"callId":"call_1","isError":true}""", "cancel")]
    [InlineData("", "", "cancel")]
    public async Task A_no_reaches_the_server_and_so_does_that_nobody_answered_in_time(string where, string body, string action)
    {
        await using var asking = new AskingToolServer(AskingToolServer.Asks(), AskingToolServer.Says("Nothing booked."));
        await using var server = await WithAsync(asking, ("Turnpike:ToolCalls:AnswerWithin", where.Length == 0 ? "00:00:00.0010000" : "01:00:00"));
        var (id, _) = await WaitingAsync(server);
        if (where.Length == 0) await server.Get<TurnRunner>().TendAsync(Stop);
        else using (var said = await server.CurlAsync($"/api/turns/{id}/{where}", body)) Assert.Equal(202, (int)said.StatusCode);
        Assert.Equal("tool: [result Nothing booked.]", await EndAsync(server, id));
        Assert.Equal($$$"""{"seat":{"action":"{{{action}}}"}}""", asking.Calls[1]["inputResponses"]!.ToJsonString());
    }

    [Fact]
    public async Task A_tool_may_ask_again_and_wait_again_after_an_approval_too()
    {
        await using var asking = new AskingToolServer(AskingToolServer.Asks("one"), AskingToolServer.Asks("two", "meal", """{"type":"object","properties":{"meal":{"type":"string"}}}"""), AskingToolServer.Says("Booked."));
        await using var server = await WithAsync(asking, ("Turnpike:ToolCalls:Approval:book", "ask"));
        var (id, open) = await WaitingAsync(server);
        Assert.Equal("approval", open.GetProperty("kind").GetString());
        Assert.Empty(asking.Calls);
        Assert.Equal("seat", await AnswerAsync("approvals/call_1", new { approved = true }));
        Assert.Equal("meal", await AnswerAsync("tool-results", new { callId = "call_1", output = new { seat = new { action = "accept", content = new { seat = "window" } } } }));
        Assert.Null(await AnswerAsync("tool-results", new { callId = "call_1", output = new { meal = new { action = "accept", content = new { meal = "soup" } } } }));
        Assert.Equal("tool: [result Booked.]", await EndAsync(server, id));
        Assert.Equal([null, "one", "two"], asking.Calls.Select(call => (string?)call["requestState"]));
        Assert.Equal("""{"meal":{"action":"accept","content":{"meal":"soup"}}}""", asking.Calls[2]["inputResponses"]!.ToJsonString());

        async Task<string?> AnswerAsync(string where, object body)
        {
            using var answered = await server.PostAsync($"/api/turns/{id}/{where}", body);
            Assert.Equal(202, (int)answered.StatusCode);
            var turn = await server.Get<TurnRunner>().WaitAsync(id, Stop);
            return turn.OpenCalls.Count == 0 ? null : turn.OpenCalls[0].Input!.Questions.Keys.Single();
        }
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_the_server_is_not_told_that_it_may_ask_and_every_question_is_declined()
    {
        await using var asking = new AskingToolServer(AskingToolServer.Asks(), AskingToolServer.Says("Nothing booked."));
        await using var server = await WithAsync(asking);
        server.Model.Calls("book").Says("Done.");
        using var response = await server.PostAsync("/v1/chat/completions", new { model = "test/model", messages = new[] { new { role = "user", content = "Go" } }, turnpike = new { tools = new[] { "book" } } });
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("tool: [result Nothing booked.]", server.Model.Last.Transcript[^1]);
        Assert.All(asking.Calls, call => Assert.Null(call["_meta"]!["io.modelcontextprotocol/clientCapabilities"]!["elicitation"]));
        Assert.Equal(("""{"seat":{"action":"decline"}}""", "s1"), (asking.Calls[1]["inputResponses"]!.ToJsonString(), (string?)asking.Calls[1]["requestState"]));
    }

    [Theory]
    [InlineData("""{"resultType":"input_required","inputRequests":{"x":{"method":"sampling/createMessage","params":{}}},"requestState":"s"}""", "\"sampling/createMessage\", which is not offered")]
    [InlineData("""{"resultType":"input_required","inputRequests":{"x":{"method":"elicitation/create","params":{"mode":"url","url":"http://x"}}},"requestState":"s"}""", "in another way than by a form")]
    [InlineData("""{"resultType":"input_required","inputRequests":{"x":{"method":"elicitation/create","params":{"message":"?","requestedSchema":{"type":"object","properties":{"a":{"$ref":"http://x/y"}}}}}}}""", "refers to something outside")]
    [InlineData("""{"resultType":"input_required","inputRequests":"words"}""", "does not say for what")]
    [InlineData("""{"resultType":"input_required","requestState":"again"}""", "asked for input 10 times")]
    public async Task What_cannot_be_asked_is_told_to_the_model_as_an_error(string result, string why)
    {
        await using var asking = new AskingToolServer(result);
        await using var server = await WithAsync(asking);
        server.Model.Calls("book").Says("Never mind.");
        await server.TurnAsync(new { content = "Go", tools = new[] { "book" } });
        Assert.Contains(why, server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_told_the_questions_in_the_stream_and_brings_the_answer_with_its_message()
    {
        await using var asking = new AskingToolServer(AskingToolServer.Asks(), AskingToolServer.Says("Booked."));
        await using var server = await WithAsync(asking);
        server.Model.Calls("book").Says("Done.");
        using var opened = await server.CurlAsync("/api/chat", """{"id":"c1","tools":["book"],"messages":[{"id":"u1","role":"user","parts":[{"type":"text","text":"Go"}]}]}""");
        var stream = await opened.Content.ReadAsStringAsync(Stop);
        Assert.Contains("""{"type":"data-turnpike-input","id":"input_call_1","data":{"toolCallId":"call_1","questions":{"seat":{"message":"Which seat?",""", stream, StringComparison.Ordinal);
        Assert.Contains("\"finishReason\":\"tool-calls\"", stream, StringComparison.Ordinal);
        Assert.DoesNotContain("s1", stream, StringComparison.Ordinal);
        var message = (await server.GetJsonAsync("/api/chat/c1")).GetProperty("messages")[1];
        Assert.Contains(message.GetProperty("parts").EnumerateArray(), part => part.GetProperty("type").GetString() == "data-turnpike-input");

        var body = new JsonObject
        {
            ["id"] = "c1",
            ["messages"] = new JsonArray(new JsonObject
            {
                ["id"] = message.GetProperty("id").GetString(),
                ["role"] = "assistant",
                ["parts"] = JsonNode.Parse("""[{"type":"dynamic-tool","toolName":"book","toolCallId":"call_1","state":"output-available","input":{},"output":{"seat":{"action":"accept","content":{"seat":"aisle"}}}}]"""),
            }),
        };
        using var answered = await server.CurlAsync("/api/chat", body.ToJsonString());
        var rest = await answered.Content.ReadAsStringAsync(Stop);
        Assert.Contains("\"output\":\"Booked.\"", rest, StringComparison.Ordinal);
        Assert.Contains("Done.", rest, StringComparison.Ordinal);
        Assert.Equal("""{"seat":{"action":"accept","content":{"seat":"aisle"}}}""", asking.Calls[1]["inputResponses"]!.ToJsonString());
    }

    [Fact]
    public async Task A_turn_that_waits_for_input_survives_a_kill_and_a_new_process_of_its_tool_server_gets_the_answer()
    {
        await using var servers = new ServerProcesses();
        var (script, counted) = (Path.Combine(await NpmFolder.ReadyAsync("mcp"), "asking.mjs"), Path.Combine(servers.Folder, "counted"));
        var (server, http) = await servers.StartAsync();
        using var added = await http.PostAsJsonAsync("/api/tools/servers", new { name = "local", transport = "stdio", command = "node", args = new[] { script }, env = new Dictionary<string, string> { ["COUNT_FILE"] = counted }, trusted = true }, Stop);
        Assert.Equal(201, (int)added.StatusCode);
        using var submitted = await http.PostAsJsonAsync("/api/turns", new { content = "call book {}", tools = new[] { "book" } }, Stop);
        Assert.Equal(202, (int)submitted.StatusCode);
        var waiting = await submitted.Content.ReadFromJsonAsync<JsonElement>(Stop);
        var (id, open) = (waiting.GetProperty("id").GetString(), waiting.GetProperty("openCalls")[0]);
        Assert.Equal("input", open.GetProperty("kind").GetString());

        await ServerProcesses.KillAsync(server);
        http.Dispose();
        (_, http) = await servers.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            using var answered = await http.PostAsJsonAsync($"/api/turns/{id}/tool-results", new { callId = open.GetProperty("callId").GetString(), output = new { seat = new { action = "accept", content = new { seat = "aisle" } } } }, Stop);
            Assert.Equal(202, (int)answered.StatusCode);
        }
        var log = await http.GetStringAsync($"/api/turns/{id}/events", Stop);
        Assert.Contains("event: turn.completed", log, StringComparison.Ordinal);
        Assert.Contains("\"result\":\"Booked aisle\"", log, StringComparison.Ordinal);
        var calls = (await File.ReadAllLinesAsync(counted, Stop)).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(2, calls.Length);
        Assert.True((bool)calls[0]["form"]!);
        Assert.StartsWith("pid ", (string?)calls[1]["state"], StringComparison.Ordinal);
        http.Dispose();
    }
}
