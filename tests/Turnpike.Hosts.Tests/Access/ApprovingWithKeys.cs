using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Whose answers to waiting calls count.</summary>
public sealed class ApprovingWithKeys
{
    [Fact]
    public async Task Only_a_key_of_the_organization_that_may_run_turns_answers_a_call()
    {
        var sent = 0;
        await using var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => { sent++; return "sent"; }, "mail")), ("Turnpike:ToolCalls:Approval:mail", "ask"));
        var own = (await server.KeyAsync(new NewKey { Name = "own", Scopes = [Scopes.Turns], Organization = "one" })).Secret;
        var colleague = (await server.KeyAsync(new NewKey { Name = "colleague", Scopes = [Scopes.Turns], Organization = "one" })).Secret;
        var other = (await server.KeyAsync(new NewKey { Name = "other", Scopes = [Scopes.Admin], Organization = "two" })).Secret;
        var reader = (await server.KeyAsync(new NewKey { Name = "reader", Scopes = [Scopes.PromptsRead], Organization = "one" })).Secret;

        server.Model.Calls("mail").Says("Posted.");
        var (status, waiting) = await server.AskAsync(own, HttpMethod.Post, "/api/turns", new { content = "Post", tools = new[] { "mail" } });
        Assert.Equal(202, status);
        var turn = "/api/turns/" + waiting.GetProperty("id").GetString();
        (string, object)[] answers = [($"{turn}/approvals/call_1", new { approved = true }), ($"{turn}/tool-results", new { callId = "call_1", approved = true })];
        foreach (var (path, body) in answers)
        {
            Assert.Equal(401, (await server.AskAsync(null, HttpMethod.Post, path, body)).Status);
            Assert.Equal(403, (await server.AskAsync(reader, HttpMethod.Post, path, body)).Status);
            var (refused, problem) = await server.AskAsync(other, HttpMethod.Post, path, body);
            Assert.Equal((404, "turn_not_found"), (refused, problem.GetProperty("code").GetString()));
        }
        Assert.Equal("waiting", (await server.AskAsync(own, HttpMethod.Get, turn)).Body.GetProperty("status").GetString());
        Assert.Equal(0, sent);

        Assert.Equal(202, (await server.AskAsync(colleague, HttpMethod.Post, answers[0].Item1, answers[0].Item2)).Status);
        using var events = await server.WithAsync(own, HttpMethod.Get, turn + "/events");
        Assert.Contains("event: turn.completed", await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(1, sent);
    }
}
