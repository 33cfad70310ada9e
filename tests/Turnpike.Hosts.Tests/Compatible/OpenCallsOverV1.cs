using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Compatible;

/// <summary>Calls that a response leaves open, and what later requests may say of them.</summary>
public sealed class OpenCallsOverV1
{
    private const string Path = "/v1/responses";
    private const string Mine = """ "tools":[{"type":"function","name":"mine"}] """;

    [Fact]
    public async Task All_open_calls_are_answered_at_once_and_those_that_are_missing_are_named()
    {
        await using var server = new RunningServer();
        server.Model.CallsAll(new FunctionCallContent("c1", "mine"), new FunctionCallContent("c2", "mine"));
        var asked = await server.AnswerAsync(Path, $$"""{"model":"test/model","input":"Hi",{{Mine}}}""");
        var missing = await server.ErrorAsync(Path, $$"""{"previous_response_id":"{{asked.Text("id")}}",{{Mine}},"input":[{{Output("c1", "one")}}]}""");
        Assert.Equal((400, "tool_output_missing", "input"), (missing.Status, missing.Code, missing.Param));
        Assert.Contains("\"c2\"", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"c1\"", missing.Message, StringComparison.Ordinal);
        var done = await server.AnswerAsync(Path, $$"""{"previous_response_id":"{{asked.Text("id")}}",{{Mine}},"input":[{{Output("c2", "two")}},{{Output("c1", "one")}}]}""");
        Assert.Equal("completed", done.Text("status"));
        Assert.Equal(["one", "two"], server.Model.Last.Messages[^1].Contents.OfType<FunctionResultContent>().Select(result => result.Result?.ToString()));
    }

    [Fact]
    public async Task Those_of_the_turn_that_is_named_are_answered_and_those_of_the_newest_wait()
    {
        await using var server = new RunningServer();
        server.Model.Says("A").Calls("mine", id: "c1").Says("B").Says("C");
        var first = Turn(await server.AnswerAsync(Path, """{"model":"test/model","input":"One"}"""));
        var conversation = (await server.GetJsonAsync("/api/turns/" + first)).Text("conversation");
        var asked = Turn(await server.AnswerAsync(Path, $$"""{"conversation":"{{conversation}}","model":"test/model","input":"Two",{{Mine}}}"""));
        await server.AnswerAsync(Path, $$"""{"conversation":"{{conversation}}","model":"test/model","turnpike":{"parent":"{{first}}"},"input":"Else"}""");
        Assert.Equal(["user: One", "assistant: A", "user: Else"], server.Model.Last.Transcript);
        var done = await server.AnswerAsync(Path, $$"""{"conversation":"{{conversation}}","model":"test/model","turnpike":{"parent":"{{asked}}"},{{Mine}},"input":[{{Output("c1", "one")}}]}""");
        Assert.Equal(asked, (await server.GetJsonAsync("/api/turns/" + Turn(done))).Text("parent"));
        Assert.Equal(["one"], server.Model.Last.Messages[^1].Contents.OfType<FunctionResultContent>().Select(result => result.Result?.ToString()));
    }

    [Fact]
    public async Task Two_turns_to_go_on_from_are_one_too_many()
    {
        await using var server = new RunningServer();
        var (one, two) = (await server.AnswerAsync(Path, """{"model":"test/model","input":"One"}"""), await server.AnswerAsync(Path, """{"model":"test/model","input":"Two"}"""));
        var refused = await server.ErrorAsync(Path, $$"""{"previous_response_id":"{{one.Text("id")}}","turnpike":{"parent":"{{Turn(two)}}"},"input":"x"}""");
        Assert.Equal((400, "previous_response_id"), (refused.Status, refused.Param));
        await server.AnswerAsync(Path, $$"""{"previous_response_id":"{{one.Text("id")}}","turnpike":{"parent":"{{Turn(one)}}"},"input":"x"}""");
        Assert.Equal(["user: One", "assistant: ok", "user: x"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task The_same_results_sent_twice_make_two_siblings()
    {
        await using var server = new RunningServer();
        server.Model.Calls("mine", id: "c1").Says("A").Says("B");
        var asked = await server.AnswerAsync(Path, $$"""{"model":"test/model","input":"Hi",{{Mine}}}""");
        var answer = $$"""{"previous_response_id":"{{asked.Text("id")}}",{{Mine}},"input":[{{Output("c1", "one")}}]}""";
        var (first, second) = (await server.AnswerAsync(Path, answer), await server.AnswerAsync(Path, answer));
        Assert.NotEqual(first.Text("id"), second.Text("id"));
        foreach (var one in (JsonElement[])[first, second]) Assert.Equal(Turn(asked), (await server.GetJsonAsync("/api/turns/" + Turn(one))).Text("parent"));
    }

    [Fact]
    public async Task A_response_that_waits_for_somebody_is_ended_and_then_deleted()
    {
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => "Booked.", "book", "Books.");
            services.Configure<Turnpike.Tools.ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.Calls("book");
        var waiting = await server.JsonAsync(await server.PostAsync("/api/turns", new { content = "Book!", tools = (string[])["book"] }));
        Assert.Equal("waiting", waiting.Text("status"));
        using var deleted = await server.SendAsync(HttpMethod.Delete, $"{Path}/resp_{waiting.Text("id")!["turn_".Length..]}");
        Assert.True((await server.JsonAsync(deleted)).GetProperty("deleted").GetBoolean());
        var kept = await server.GetJsonAsync("/api/turns/" + waiting.Text("id"));
        Assert.Equal(("cancelled", "", true), (kept.Text("status"), kept.Text("content"), kept.GetProperty("forgotten").GetBoolean()));
    }

    [Fact]
    public async Task An_approval_sent_again_runs_nothing_again_and_another_decision_is_refused()
    {
        var runs = 0;
        await using var server = new RunningServer(services =>
        {
            services.AddTurnpike().AddTool(() => $"Booked {Interlocked.Increment(ref runs)}.", "book", "Books.");
            services.Configure<Turnpike.Tools.ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
        });
        server.Model.Calls("book");
        var asked = await server.AnswerAsync(Path, """{"model":"test/model","input":"Book!","turnpike":{"tools":["book"]}}""");
        string Decided(string approve) => $$"""{"previous_response_id":"{{asked.Text("id")}}","input":[{"type":"mcp_approval_response","approval_request_id":"{{asked.GetProperty("output")[0].Text("id")}}","approve":{{approve}}}]}""";
        for (var i = 0; i < 2; i++) Assert.Equal("Booked 1.", (await server.AnswerAsync(Path, Decided("true"))).GetProperty("output")[0].Text("output"));
        Assert.Equal(1, runs);
        var other = await server.ErrorAsync(Path, Decided("false"));
        Assert.Equal((409, "idempotency_conflict"), (other.Status, other.Code));
    }

    [Fact]
    public async Task A_turn_that_waits_natively_reads_as_in_progress_and_is_not_answered_here()
    {
        await using var server = new RunningServer();
        server.Model.Calls("mine", id: "c1");
        using var submitted = await server.PostAsync("/api/turns", new { content = "Hi", clientTools = new[] { new { name = "mine" } } });
        Assert.Equal(202, (int)submitted.StatusCode);
        var waiting = await server.JsonAsync(submitted);
        var id = "resp_" + waiting.Text("id")!["turn_".Length..];
        Assert.Equal("in_progress", (await server.GetJsonAsync($"{Path}/{id}")).Text("status"));
        var busy = await server.ErrorAsync(Path, $$"""{"previous_response_id":"{{id}}",{{Mine}},"input":[{{Output("c1", "one")}}]}""");
        Assert.Equal((409, "conversation_busy"), (busy.Status, busy.Code));
        var items = await server.ErrorAsync($"/v1/conversations/{waiting.Text("conversation")}/items", """{"items":[{"role":"user","content":"x"}]}""");
        Assert.Equal((409, "conversation_busy"), (items.Status, items.Code));
    }

    [Fact]
    public async Task Results_put_into_the_conversation_are_read_with_their_calls()
    {
        await using var server = new RunningServer();
        server.Model.CallsAll(new FunctionCallContent("c1", "mine"), new FunctionCallContent("c2", "mine")).Says("Both.");
        var conversation = (await server.AnswerAsync("/v1/conversations", "{}")).Text("id");
        await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{conversation}}","input":"Hi",{{Mine}}}""");
        var path = $"/v1/conversations/{conversation}/items";
        var unknown = await server.ErrorAsync(path, $$"""{"items":[{{Output("c9", "x")}}]}""");
        Assert.Equal((400, "tool_call_unknown", "items[0].call_id"), (unknown.Status, unknown.Code, unknown.Param));
        var missing = await server.ErrorAsync(path, $$"""{"items":[{{Output("c1", "one")}}]}""");
        Assert.Equal((400, "tool_output_missing", "items"), (missing.Status, missing.Code, missing.Param));
        Assert.Contains("\"c2\"", missing.Message, StringComparison.Ordinal);

        var added = await server.AnswerAsync(path, $$"""{"items":[{{Output("c2", "two")}},{{Output("c1", "one")}}]}""");
        Assert.Equal([("function_call_output", "c2"), ("function_call_output", "c1")], added.GetProperty("data").EnumerateArray().Select(item => (item.Text("type"), item.Text("call_id"))));
        Assert.Equal("Both.", (await server.AnswerAsync(Path, $$"""{"model":"test/model","conversation":"{{conversation}}","input":"So?"}""")).GetProperty("output")[0].GetProperty("content")[0].Text("text"));
        var sent = server.Model.Last.Messages;
        Assert.Equal(["user", "assistant", "tool", "user"], sent.Select(message => message.Role.Value));
        Assert.Equal(["c1", "c2"], sent[1].Contents.OfType<FunctionCallContent>().Select(call => call.CallId));
        Assert.Equal([("c1", "one"), ("c2", "two")], sent[2].Contents.OfType<FunctionResultContent>().Select(result => (result.CallId, result.Result?.ToString())));
        Assert.Equal(["message", "function_call", "function_call", "function_call_output", "function_call_output", "message", "message"], (await server.GetJsonAsync(path + "?order=asc")).GetProperty("data").EnumerateArray().Select(item => item.Text("type")));
    }

    [Fact]
    public async Task Metadata_has_its_bounds()
    {
        await using var server = new RunningServer();
        foreach (var (metadata, param) in ((string, string)[])[
            (JsonSerializer.Serialize(Enumerable.Range(0, 17).ToDictionary(number => $"k{number}", _ => "v")), "metadata"),
            (JsonSerializer.Serialize(new Dictionary<string, string> { [new('k', 65)] = "v" }), "metadata"),
            (JsonSerializer.Serialize(new Dictionary<string, string> { ["k"] = new('v', 513) }), "metadata.k"),
            ("[]", "metadata")])
        {
            foreach (var path in (string[])["/v1/conversations", Path, "/v1/chat/completions"])
            {
                var error = await server.ErrorAsync(path, $$"""{"model":"test/model","input":"Hi","messages":[{"role":"user","content":"Hi"}],"metadata":{{metadata}}}""");
                Assert.Equal((400, param), (error.Status, error.Param));
            }
        }
        var items = string.Join(",", Enumerable.Repeat("""{"role":"user","content":"x"}""", 21));
        Assert.Equal((400, "items"), (await server.ErrorAsync("/v1/conversations", $$"""{"items":[{{items}}]}""")) is var many ? (many.Status, many.Param) : default);
        Assert.Empty(server.Model.Requests);
    }

    private static string Turn(JsonElement response) => "turn_" + response.Text("id")!["resp_".Length..];

    private static string Output(string call, string text) => $$"""{"type":"function_call_output","call_id":"{{call}}","output":"{{text}}"}""";
}
