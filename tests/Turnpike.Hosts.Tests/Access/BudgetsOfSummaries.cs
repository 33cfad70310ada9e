using System.Threading.Channels;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>The model call that writes a summary is held against the limits of the key, as every other.</summary>
public sealed class BudgetsOfSummaries
{
    private static readonly (string, string)[] Compacting =
    [
        ("Turnpike:Models:test/model:Id", "test/model"), ("Turnpike:Models:test/model:Provider", "test"), ("Turnpike:Models:test/model:ContextWindow", "1000"),
        ("Turnpike:Compaction:At", "0.5"), ("Turnpike:Compaction:Keep", "1"),
    ];

    private static void Answers(RunningServer server, string text, int tokens) => server.Model.Answers((_, stop) => ScriptedModel.Updates(
        [new(ChatRole.Assistant, [new TextContent(text), new UsageContent(new() { InputTokenCount = tokens, OutputTokenCount = 0 })]) { FinishReason = ChatFinishReason.Stop }], stop));

    private static async Task<(int Status, string? Code, string? Conversation)> TurnAsync(RunningServer server, string key, string content, string? conversation = null)
    {
        var (status, body) = await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content, conversation, parameters = new { maxOutputTokens = 10 } });
        return status == 200 ? (200, null, body.GetProperty("conversation").GetString()) : (status, body.GetProperty("code").GetString(), null);
    }

    [Theory]
    [InlineData(2000, true, 200)] // two turns of 500 and a summary of 390 leave room for one more
    [InlineData(1400, true, 429)] // they leave none
    [InlineData(1100, false, 200)] // the summary itself does not fit any more; a small turn does
    public async Task A_summary_that_makes_itself_counts_and_does_not_come_when_nothing_is_left(int budget, bool comes, int next)
    {
        var seen = new SeenTurns();
        await using var server = new RunningServer(services => services.AddSingleton<ITurnObserver>(seen), Compacting);
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { TokensPerDay = budget } })).Secret;
        Answers(server, "A", 499);
        var (_, _, conversation) = await TurnAsync(server, key, "one");
        await seen.Of(1);
        Answers(server, "B", 500);
        Answers(server, comes ? "They said hello." : "C", comes ? 390 : 20);
        await TurnAsync(server, key, "two", conversation);
        await seen.Of(2);
        Assert.Equal(comes ? 3 : 2, server.Model.Requests.Count);
        Assert.Equal(next, (await TurnAsync(server, key, "three", conversation)).Status);
        Assert.Equal(comes && next == 200, server.Model.Last.Transcript[0].Contains("They said hello.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_asked_for_is_refused_when_the_day_is_used_up()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns, Scopes.Conversations], Limits = new() { RequestsPerDay = 3 } })).Secret;
        var (_, _, conversation) = await TurnAsync(server, key, "one");
        await TurnAsync(server, key, "two", conversation);
        Assert.Equal(201, (await server.AskAsync(key, HttpMethod.Post, $"/api/conversations/{conversation}/compact", new { keep = 1 })).Status);
        var (status, body) = await server.AskAsync(key, HttpMethod.Post, $"/api/conversations/{conversation}/compact", new { keep = 0 });
        Assert.Equal((429, "budget_exceeded"), (status, body.GetProperty("code").GetString()));
        Assert.Equal(3, server.Model.Requests.Count);
    }

    [Fact]
    public async Task One_that_breaks_off_counts_what_was_sent_and_a_refused_one_nothing()
    {
        await using var server = new RunningServer();
        var key = (await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns, Scopes.Conversations], Limits = new() { TokensPerDay = 1_000_000 } })).Secret;
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var (_, _, conversation) = await TurnAsync(server, key, "one");
        await TurnAsync(server, key, "two", conversation);
        var before = await UsedAsync();
        server.Model.Answers((_, _) => BrokenAsync(new IOException("connection reset"), "They sa"));
        Assert.Equal(502, (await server.AskAsync(key, HttpMethod.Post, $"/api/conversations/{conversation}/compact", new { keep = 1 })).Status);
        var broken = await UsedAsync();
        Assert.True(broken > before, $"{broken} > {before}");
        server.Model.Answers((_, _) => BrokenAsync(new HttpRequestException("no", null, System.Net.HttpStatusCode.BadRequest)));
        Assert.Equal(502, (await server.AskAsync(key, HttpMethod.Post, $"/api/conversations/{conversation}/compact", new { keep = 1 })).Status);
        Assert.Equal(broken, await UsedAsync());

        async Task<long> UsedAsync() => (await server.AskAsync(admin, HttpMethod.Get, "/api/usage")).Body.GetProperty("data").EnumerateArray().Sum(row => row.GetProperty("inputTokens").GetInt64());

        static async IAsyncEnumerable<ChatResponseUpdate> BrokenAsync(Exception error, string? said = null)
        {
            if (said is not null) yield return new(ChatRole.Assistant, said);
            await Task.Yield();
            throw error;
        }
    }

    /// <summary>Knows which turns all observers before it have heard of.</summary>
    private sealed class SeenTurns : ITurnObserver
    {
        private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();
        private int _count;

        public async Task Of(int count)
        {
            for (; _count < count; _count++) await _seen.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }

        public ValueTask TurnEndedAsync(Turn turn, CancellationToken cancellationToken) => _seen.Writer.WriteAsync(turn.Id, cancellationToken);
    }
}
