using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Pipeline;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>A turn that waited goes on under the key that submitted it, whoever answered and whoever takes it up.</summary>
public sealed class GoingOnUnderTheKey
{
    private static readonly string[] Offered = ["mail", "whoami"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static RunningServer Server(params (string, string)[] settings) => new(
        services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "sent", "mail")).AddSingleton<AIFunction>(AIFunctionFactory.Create(() => $"{KeyScope.Current?.Name ?? "nobody"} with {string.Join(' ', KeyScope.Current?.Scopes ?? [])}", "whoami")),
        [("Turnpike:ToolCalls:Approval:mail", "ask"), .. settings]);

    private static async Task<string> WaitingAsync(RunningServer server, string secret)
    {
        server.Model.Calls("mail").Calls("whoami").Says("Done.");
        var (status, waiting) = await server.AskAsync(secret, HttpMethod.Post, "/api/turns", new { content = "Post", tools = Offered });
        Assert.Equal((202, "waiting"), (status, waiting.GetProperty("status").GetString()));
        return waiting.GetProperty("id").GetString()!;
    }

    /// <summary>As when the node dies between the answer and what follows from it: the answer is kept, and a timer finds it.</summary>
    private static async Task AnsweredAndLeftAsync(RunningServer server, string turn, string organization = OrganizationScope.Default)
    {
        using var scope = OrganizationScope.Enter(organization);
        Assert.True(await server.Get<IOpenCallStore>().AnswerAsync(turn, [new() { CallId = "call_1", Approved = true }], TimeProvider.System.GetUtcNow(), Cancellation));
        await server.Get<TurnRunner>().TendAsync(Cancellation);
        await server.Get<TurnRunner>().WaitAsync(turn, Cancellation);
    }

    [Fact]
    public async Task When_a_timer_takes_it_up()
    {
        await using var server = Server();
        var own = await server.KeyAsync("own", Scopes.Turns);
        await AnsweredAndLeftAsync(server, await WaitingAsync(server, own.Secret));
        Assert.Contains("own with turns", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_another_key_answers()
    {
        await using var server = Server();
        var (own, other) = (await server.KeyAsync("own", Scopes.Turns), await server.KeyAsync("other", Scopes.Admin));
        var turn = await WaitingAsync(server, own.Secret);
        Assert.Equal(202, (await server.AskAsync(other.Secret, HttpMethod.Post, $"/api/turns/{turn}/approvals/call_1", new { approved = true })).Status);
        await server.Get<TurnRunner>().WaitAsync(turn, Cancellation);
        Assert.Contains("own with turns", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_it_was_a_token_of_an_issuer()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(("Turnpike:Oidc:Issuer", issuer.Address), ("Turnpike:Oidc:Audience", "turnpike"), ("Turnpike:Oidc:OrganizationClaim", "org"));
        var turn = await WaitingAsync(server, issuer.Token(("org", "acme"), ("scope", "turns")));
        await AnsweredAndLeftAsync(server, turn, "acme");
        Assert.Contains("ann with turns", server.Model.Last.Transcript[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_stood_in_a_queue_fails_when_its_key_was_revoked_meanwhile()
    {
        await using var server = Server();
        var (own, admin) = (await server.KeyAsync("own", Scopes.Turns), await server.KeyAsync("admin", Scopes.Admin));
        var go = new TaskCompletionSource();
        server.Model.Answers((_, stop) => HeldAsync(go.Task, stop)).Says("Never.");
        using var first = await server.WithAsync(admin.Secret, HttpMethod.Post, "/api/turns", """{"content":"First"}""", ("Prefer", "respond-async"));
        var conversation = first.Headers.GetValues("Turnpike-Conversation").Single();
        using var second = await server.WithAsync(own.Secret, HttpMethod.Post, "/api/turns", $$"""{"content":"Second","conversation":"{{conversation}}","queue":true}""", ("Prefer", "respond-async"));
        var queued = second.Headers.GetValues("Turnpike-Turn").Single();
        Assert.NotNull(await server.Get<KeyDesk>().RevokeAsync(own.Key.Id, Cancellation));
        go.SetResult();
        await server.Get<TurnRunner>().WaitAsync(queued, Cancellation);
        var (_, body) = await server.AskAsync(admin.Secret, HttpMethod.Get, "/api/turns/" + queued);
        Assert.Equal(("failed", "unauthorized"), (body.GetProperty("status").GetString(), body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Single(server.Model.Requests);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> HeldAsync(Task go, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await go.WaitAsync(stop);
        yield return new(ChatRole.Assistant, "done");
    }

    [Fact]
    public async Task And_fails_when_that_key_was_revoked_meanwhile()
    {
        await using var server = Server();
        var (own, admin) = (await server.KeyAsync("own", Scopes.Turns), await server.KeyAsync("admin", Scopes.Admin));
        var turn = await WaitingAsync(server, own.Secret);
        Assert.NotNull(await server.Get<KeyDesk>().RevokeAsync(own.Key.Id, Cancellation));
        await AnsweredAndLeftAsync(server, turn);
        var (_, body) = await server.AskAsync(admin.Secret, HttpMethod.Get, "/api/turns/" + turn);
        Assert.Equal(("failed", "unauthorized"), (body.GetProperty("status").GetString(), body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("\"own\", which submitted this turn, was revoked", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task And_what_was_attached_to_it_goes_with_the_next_turn_when_it_fails_before_its_call_ran()
    {
        await using var server = Server();
        var (own, admin) = (await server.KeyAsync("own", Scopes.Turns, Scopes.Conversations), await server.KeyAsync("admin", Scopes.Admin));
        var conversation = (await server.AskAsync(own.Secret, HttpMethod.Post, "/api/conversations", new { })).Body.GetProperty("id").GetString();
        Assert.True((await server.AskAsync(own.Secret, HttpMethod.Post, $"/api/conversations/{conversation}/resources", new { kind = "note", text = "The gate is green.", policy = "once" })).Status is 200 or 201);
        server.Model.Calls("mail").Says("Done.");
        var (_, waiting) = await server.AskAsync(own.Secret, HttpMethod.Post, "/api/turns", new { conversation, content = "Post", tools = Offered });
        Assert.Contains("The gate is green.", string.Join('\n', server.Model.Last.Transcript), StringComparison.Ordinal);
        Assert.NotNull(await server.Get<KeyDesk>().RevokeAsync(own.Key.Id, Cancellation));
        await AnsweredAndLeftAsync(server, waiting.GetProperty("id").GetString()!);
        Assert.Equal(200, (await server.AskAsync(admin.Secret, HttpMethod.Post, "/api/turns", new { conversation, content = "Again" })).Status);
        Assert.Contains("The gate is green.", string.Join('\n', server.Model.Last.Transcript), StringComparison.Ordinal);
    }

    [Fact]
    public async Task And_fails_when_that_key_ended_meanwhile()
    {
        var clock = new ShiftedClock();
        await using var server = new RunningServer(services => services.AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "sent", "mail")).AddSingleton<AIFunction>(AIFunctionFactory.Create(() => "me", "whoami")).AddSingleton<TimeProvider>(clock), ("Turnpike:ToolCalls:Approval:mail", "ask"));
        var own = await server.KeyAsync(new NewKey { Name = "own", Scopes = [Scopes.Turns], ExpiresAt = clock.GetUtcNow().AddHours(1) });
        var admin = await server.KeyAsync("admin", Scopes.Admin);
        var turn = await WaitingAsync(server, own.Secret);
        clock.Shift = TimeSpan.FromHours(2);
        Assert.Equal(401, (await server.AskAsync(own.Secret, HttpMethod.Post, $"/api/turns/{turn}/approvals/call_1", new { approved = true })).Status);
        Assert.Equal(202, (await server.AskAsync(admin.Secret, HttpMethod.Post, $"/api/turns/{turn}/approvals/call_1", new { approved = true })).Status);
        await server.Get<TurnRunner>().WaitAsync(turn, Cancellation);
        var (_, body) = await server.AskAsync(admin.Secret, HttpMethod.Get, "/api/turns/" + turn);
        Assert.Equal(("failed", "unauthorized"), (body.GetProperty("status").GetString(), body.GetProperty("error").GetProperty("code").GetString()));
        Assert.Contains("\"own\", which submitted this turn, ended on", body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(server.Model.Requests);
    }

    [Fact]
    public async Task And_is_counted_for_it_at_its_end()
    {
        await using var server = Server();
        var own = await server.KeyAsync(new NewKey { Name = "own", Scopes = [Scopes.Turns], Limits = new() { TokensPerDay = 1000 } });
        server.Model.Calls("mail").Answers((_, stop) => Scripted(stop));
        var turn = (await server.AskAsync(own.Secret, HttpMethod.Post, "/api/turns", new { content = "Post", tools = Offered })).Body.GetProperty("id").GetString()!;
        await AnsweredAndLeftAsync(server, turn);
        var (status, body) = await server.AskAsync(own.Secret, HttpMethod.Post, "/api/turns", new { content = "More" });
        Assert.Equal((429, "budget_exceeded"), (status, body.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task And_has_its_place_among_those_that_run_at_the_same_time()
    {
        await using var server = Server();
        var own = await server.KeyAsync(new NewKey { Name = "own", Scopes = [Scopes.Turns], Limits = new() { Concurrency = 1 } });
        var held = new Page.HeldAnswer("Done", ".");
        server.Model.Calls("mail").Says("Meanwhile.").Answers(held.Stream);
        var turn = (await server.AskAsync(own.Secret, HttpMethod.Post, "/api/turns", new { content = "Post", tools = Offered })).Body.GetProperty("id").GetString()!;
        Assert.Equal(200, (await server.AskAsync(own.Secret, HttpMethod.Post, "/api/turns", new { content = "While it waits" })).Status);
        Assert.Equal(202, (await server.AskAsync(own.Secret, HttpMethod.Post, $"/api/turns/{turn}/approvals/call_1", new { approved = true })).Status);
        Assert.Equal("rate_limited", (await server.AskAsync(own.Secret, HttpMethod.Post, "/api/turns", new { content = "While it runs" })).Body.GetProperty("code").GetString());
        held.LetGo();
        await server.Get<TurnRunner>().WaitAsync(turn, Cancellation);
        Assert.Equal(3, server.Model.Requests.Count);
    }

    /// <summary>The system's clock, and hours that have gone by since.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }

    private static IAsyncEnumerable<ChatResponseUpdate> Scripted(CancellationToken stop) =>
        ScriptedModel.Updates([new(ChatRole.Assistant, [new TextContent("Done."), new UsageContent(new() { InputTokenCount = 900, OutputTokenCount = 50 })]) { FinishReason = ChatFinishReason.Stop }], stop);
}
