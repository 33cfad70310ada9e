using Microsoft.Extensions.AI;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What one organization keeps does not exist for another.</summary>
public sealed class Organizations
{
    private static readonly object[] System = [new { role = "system", content = "Be brief." }];

    [Fact]
    public async Task The_same_prompt_key_is_two_prompts_in_two_organizations()
    {
        await using var server = new RunningServer();
        var (acme, other) = await TwoAsync(server);
        Assert.Equal(201, (await server.AskAsync(acme, HttpMethod.Post, "/api/prompts", new { key = "greet", messages = new[] { new { role = "system", content = "Acme." } } })).Status);
        Assert.Equal(404, (await server.AskAsync(other, HttpMethod.Get, "/api/prompts/greet")).Status);
        Assert.Equal(201, (await server.AskAsync(other, HttpMethod.Post, "/api/prompts", new { key = "greet", messages = new[] { new { role = "system", content = "Other." } } })).Status);
        await server.AskAsync(acme, HttpMethod.Post, "/api/turns", new { prompt = "greet@1", content = "x" });
        Assert.Equal("system: Acme.", server.Model.Last.Transcript[0]);
        await server.AskAsync(other, HttpMethod.Post, "/api/turns", new { prompt = "greet@1", content = "x" });
        Assert.Equal("system: Other.", server.Model.Last.Transcript[0]);
    }

    [Fact]
    public async Task Turns_and_conversations_of_another_organization_are_not_found()
    {
        await using var server = new RunningServer();
        var (acme, other) = await TwoAsync(server);
        var turn = (await server.AskAsync(acme, HttpMethod.Post, "/api/turns", new { content = "secret plan" })).Body;
        var (id, conversation) = (turn.GetProperty("id").GetString(), turn.GetProperty("conversation").GetString());
        foreach (var path in (string[])[$"/api/turns/{id}", $"/api/turns/{id}/events", $"/api/turns/{id}/trace", $"/api/turns/{id}/request", $"/api/conversations/{conversation}", $"/api/conversations/{conversation}/turns", $"/api/conversations/{conversation}/variables"])
        {
            Assert.Equal(200, (int)(await server.WithAsync(acme, HttpMethod.Get, path)).StatusCode);
            Assert.Equal(404, (await server.AskAsync(other, HttpMethod.Get, path)).Status);
        }
        Assert.Equal(404, (await server.AskAsync(other, HttpMethod.Post, "/api/turns", new { conversation, content = "x" })).Status);
        Assert.Equal(404, (await server.AskAsync(other, HttpMethod.Post, $"/api/turns/{id}/cancel")).Status);
        Assert.Empty((await server.AskAsync(other, HttpMethod.Get, "/api/conversations")).Body.GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task A_running_turn_can_be_neither_followed_nor_cancelled_by_another_organization()
    {
        await using var server = new RunningServer();
        var (acme, other) = await TwoAsync(server);
        var gate = new TaskCompletionSource();
        server.Model.Answers((_, _) => WaitingAsync(gate.Task));
        using var submitted = await server.WithAsync(acme, HttpMethod.Post, "/api/turns", """{"content":"Hi"}""", ("Prefer", "respond-async"));
        var id = submitted.Headers.GetValues("Turnpike-Turn").Single();
        Assert.Equal(404, (await server.AskAsync(other, HttpMethod.Get, $"/api/turns/{id}/events")).Status);
        Assert.Equal(404, (await server.AskAsync(other, HttpMethod.Post, $"/api/turns/{id}/cancel")).Status);
        gate.SetResult();
        using var events = await server.WithAsync(acme, HttpMethod.Get, $"/api/turns/{id}/events");
        Assert.Contains("turn.completed", await events.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_projects_and_variables_are_each_organizations_own()
    {
        await using var server = new RunningServer();
        var (acme, other) = await TwoAsync(server);
        Assert.Equal(201, (await server.AskAsync(acme, HttpMethod.Post, "/api/rules", new { name = "House", content = "Rule of Acme.", alwaysOn = true })).Status);
        Assert.Equal(200, (await server.AskAsync(acme, HttpMethod.Patch, "/api/variables/global", new { city = "Oslo" })).Status);
        await server.AskAsync(other, HttpMethod.Post, "/api/turns", new { prompt = new { messages = System }, content = "x" });
        Assert.Equal(["system: Be brief.", "user: x"], server.Model.Last.Transcript);
        await server.AskAsync(acme, HttpMethod.Post, "/api/turns", new { prompt = new { messages = System }, content = "x" });
        Assert.Equal(["system: Be brief.\n\nRule of Acme.", "user: x"], server.Model.Last.Transcript);
        Assert.Equal("rule_not_found", (await server.AskAsync(other, HttpMethod.Get, "/api/rules/House")).Body.GetProperty("code").GetString());
        Assert.Equal("{}", (await server.AskAsync(other, HttpMethod.Get, "/api/variables/global")).Body.GetRawText());
    }

    [Fact]
    public async Task The_user_and_organization_of_a_turn_come_from_its_key_whatever_headers_say()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "ann", Scopes = [Scopes.Admin], Organization = "acme", User = "ann" })).Secret;
        await server.AskAsync(key, HttpMethod.Patch, "/api/variables/user:ann", new { city = "Rome" });
        await server.AskAsync(key, HttpMethod.Patch, "/api/variables/user:bob", new { city = "Oslo" });
        await server.AskAsync(key, HttpMethod.Patch, "/api/variables/organization:acme", new { land = "Italy" });
        using var done = await server.WithAsync(key, HttpMethod.Post, "/api/turns", """{"prompt":{"variables":[{"name":"city"},{"name":"land"}],"messages":[{"role":"system","content":"{{city}} {{land}}"}]},"content":"x"}""", ("Turnpike-User", "bob"), ("Turnpike-Organization", "other"));
        Assert.Equal(200, (int)done.StatusCode);
        Assert.Equal("system: Rome Italy", server.Model.Last.Transcript[0]);
    }

    [Theory]
    [InlineData("Acme, Inc.")]
    [InlineData("../../etc")]
    [InlineData("ACME")]
    [InlineData("日本")]
    public async Task An_organization_may_have_any_name(string organization)
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "x", Scopes = [Scopes.Admin], Organization = organization })).Secret;
        var id = (await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x" })).Body.GetProperty("id").GetString();
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Get, "/api/turns/" + id)).Status);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> WaitingAsync(Task gate)
    {
        await gate;
        yield return new(ChatRole.Assistant, "done");
    }

    private static async Task<(string Acme, string Other)> TwoAsync(RunningServer server) =>
        ((await server.KeyAsync(new NewKey { Name = "acme", Scopes = [Scopes.Admin], Organization = "acme" })).Secret, (await server.KeyAsync(new NewKey { Name = "other", Scopes = [Scopes.Admin], Organization = "other" })).Secret);
}
