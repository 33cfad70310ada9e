using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tools;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Tool calls that wait, answered over HTTP.</summary>
public sealed class AnsweringCalls
{
    private int _booked;

    private RunningServer Server() => new(services =>
    {
        services.AddSingleton<AIFunction>(AIFunctionFactory.Create((string city) => $"Booked {city} ({Interlocked.Increment(ref _booked)})", "book"));
        services.Configure<ToolOptions>(options => options.Approval["book"] = ToolDecision.Ask);
    });

    private static async Task<JsonElement> EndAsync(RunningServer server, string turn)
    {
        using var events = await server.SendAsync(HttpMethod.Get, $"/api/turns/{turn}/events");
        await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return await server.GetJsonAsync("/api/turns/" + turn);
    }

    private static async Task<(string Id, JsonElement Turn)> WaitingAsync(RunningServer server, object body)
    {
        using var response = await server.PostAsync("/api/turns", body);
        Assert.Equal(202, (int)response.StatusCode);
        var turn = await server.JsonAsync(response);
        Assert.Equal("waiting", turn.GetProperty("status").GetString());
        Assert.Equal("/api/turns/" + turn.GetProperty("id").GetString(), response.Headers.Location!.ToString());
        return (turn.GetProperty("id").GetString()!, turn);
    }

    [Fact]
    public async Task A_caller_that_waits_is_told_that_the_turn_waits_for_it_and_its_approval_lets_the_turn_go_on()
    {
        await using var server = Server();
        server.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Done.");
        var (id, waiting) = await WaitingAsync(server, new { content = "Go", tools = new[] { "book" } });
        var open = waiting.GetProperty("openCalls")[0];
        Assert.Equal(("call_1", "book", """{"city":"Oslo"}""", "approval"), (open.GetProperty("callId").GetString(), open.GetProperty("name").GetString(), open.GetProperty("arguments").GetString(), open.GetProperty("kind").GetString()));

        using var answered = await server.PostAsync($"/api/turns/{id}/approvals/call_1", new { approved = true });
        Assert.Equal(202, (int)answered.StatusCode);
        var ended = await EndAsync(server, id);
        Assert.Equal(("completed", "Done.", 1), (ended.GetProperty("status").GetString(), ended.GetProperty("answer").GetString(), _booked));
        Assert.Equal("tool: [result Booked Oslo (1)]", server.Model.Last.Transcript[^1]);

        using var again = await server.PostAsync($"/api/turns/{id}/approvals/call_1", new { approved = true });
        Assert.Equal(202, (int)again.StatusCode);
        var (status, code, _, _) = await server.RefusedAsync(server.PostAsync($"/api/turns/{id}/approvals/call_1", new { approved = false }));
        Assert.Equal((409, "idempotency_conflict"), (status, code));
        Assert.Equal(1, _booked);
        foreach (var unknown in (HttpResponseMessage[])[await server.PostAsync($"/api/turns/{id}/approvals/call_2", new { approved = true }), await server.PostAsync($"/api/turns/{id}/tool-results", new { callId = "call_2", output = 1 })])
        {
            var problem = await server.JsonAsync(unknown);
            Assert.Equal((400, "request_invalid", "callId", false), ((int)unknown.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("field").GetString(), problem.TryGetProperty("narrower", out _)));
            unknown.Dispose();
        }
    }

    [Fact]
    public async Task A_refusal_carries_its_reason_to_the_model()
    {
        await using var server = Server();
        server.Model.Calls("book", new() { ["city"] = "Oslo" }).Says("Pity.");
        var (id, _) = await WaitingAsync(server, new { content = "Go", tools = new[] { "book" } });
        await server.PostAsync($"/api/turns/{id}/approvals/call_1", new { approved = false, reason = "too dear" });
        await EndAsync(server, id);
        Assert.Contains("too dear", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal(0, _booked);
    }

    [Theory]
    [InlineData("""{"callId":"call_1","output":{"city":"Rome"}}""", """tool: [result {"city":"Rome"}]""")]
    [InlineData("""[{"callId":"call_1","output":"Rome"}]""", "tool: [result Rome]")]
    [InlineData("""{"callId":"call_1","output":null}""", "tool: [result ]")]
    [InlineData("""{"results":[{"callId":"call_1","output":"no signal","isError":true}]}""", "tool: [result no signal]")]
    [InlineData("""{"callId":"call_1","output":null,"isError":true}""", "tool: [result failed]")]
    public async Task A_clients_result_comes_alone_in_a_list_or_in_an_object(string body, string sent)
    {
        await using var server = Server();
        server.Model.Calls("locate").Says("Rome.");
        var (id, _) = await WaitingAsync(server, new { content = "Where?", clientTools = new[] { new { name = "locate", description = "Where", schema = new { type = "object" }, strict = true } } });
        Assert.Equal(true, ((AIFunctionDeclaration)server.Model.Requests[0].Options.Tools![0]).AdditionalProperties["strict"]);
        using var answered = await server.CurlAsync($"/api/turns/{id}/tool-results", body);
        Assert.Equal(202, (int)answered.StatusCode);
        await EndAsync(server, id);
        Assert.Equal(sent, server.Model.Last.Transcript[^1]);
    }

    [Fact]
    public async Task Answers_that_fit_nothing_are_refused()
    {
        await using var server = Server();
        server.Model.Calls("locate");
        var (id, _) = await WaitingAsync(server, new { content = "Where?", clientTools = new[] { new { name = "locate" } } });
        Assert.Equal((404, "turn_not_found"), Head(await server.RefusedAsync(server.PostAsync("/api/turns/turn_x/approvals/call_1", new { approved = true }))));
        Assert.Equal((400, "request_invalid"), Head(await server.RefusedAsync(server.PostAsync($"/api/turns/{id}/approvals/call_9", new { approved = true }))));
        Assert.Equal((400, "request_invalid"), Head(await server.RefusedAsync(server.PostAsync($"/api/turns/{id}/approvals/call_1", new { }))));
        Assert.Equal((400, "request_invalid"), Head(await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/tool-results", "[]"))));
        Assert.Equal((400, "request_invalid"), Head(await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/tool-results", """{"callId":"call_1","oputput":1}"""))));
        Assert.EndsWith("""{"results": [...]}: there is no field "oputput" here. Did you mean "output"?""", (await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/tool-results", """{"callId":"call_1","oputput":1}"""))).Detail, StringComparison.Ordinal);
        Assert.EndsWith("""{"results": [...]}: it lacks "callId".""", (await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/tool-results", """[{"output":1}]"""))).Detail, StringComparison.Ordinal);
        foreach (var (body, field) in ((string, string)[])[("""{"callId":"call_1","isError":"y"}""", "isError"), ("""{"callId":5}""", "callId"), ("""[{"callId":5}]""", "[0].callId"), ("""{"results":[{"callId":"call_1","isError":"y"}]}""", "results[0].isError")])
            Assert.Equal(field, (await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/tool-results", body))).Body.GetProperty("field").GetString());
        Assert.EndsWith("\"isError\" must be true or false.", (await server.RefusedAsync(server.CurlAsync($"/api/turns/{id}/tool-results", """{"callId":"call_1","isError":"y"}"""))).Detail, StringComparison.Ordinal);
        Assert.Equal((409, "conversation_busy"), Head(await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "x", conversation = (await server.GetJsonAsync("/api/turns/" + id)).GetProperty("conversation").GetString() }))));

        static (int, string?) Head((int Status, string? Code, string? Detail, JsonElement Body) refused) => (refused.Status, refused.Code);
    }

    [Fact]
    public async Task A_turn_that_hands_over_is_answered_by_the_next()
    {
        await using var server = Server();
        server.Model.Calls("locate").Says("Rome.");
        var first = await server.TurnAsync(new { content = "Where?", onWait = "handOver", clientTools = new[] { new { name = "locate" } } });
        Assert.Equal("call_1", first.GetProperty("openCalls")[0].GetProperty("callId").GetString());
        var second = await server.TurnAsync(new { conversation = first.GetProperty("conversation").GetString(), answers = new[] { new { callId = "call_1", output = "Rome" } } });
        Assert.Equal("Rome.", second.GetProperty("answer").GetString());
        Assert.Equal(["user: Where?", "assistant: [call locate]", "tool: [result Rome]"], server.Model.Last.Transcript);
    }
}
