using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Tests.Scenarios;

/// <summary>What a host without a database remembers of turns that it is not to store.</summary>
public sealed class UnstoredTurns
{
    private const int Most = 10;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Road Forgetful() => new(builder => builder.Services.AddSingleton(provider => new InMemoryStores(provider.GetRequiredService<TimeProvider>()) { MostUnstored = Most }));

    [Fact]
    public async Task The_oldest_are_forgotten_and_what_they_used_still_counts()
    {
        await using var road = Forgetful();
        var stored = await road.RunAsync("Remember");
        var turns = new List<Turn>();
        for (var i = 0; i < 2 * Most; i++) turns.Add(await road.RunAsync(new TurnRequest { Content = $"Forget {i}", Store = false, IdempotencyKey = $"key {i}" }));
        Assert.Equal(turns.Skip(Most).Select(turn => turn.Id), await KnownAsync(road, turns));
        Assert.Null(await road.Get<IConversationStore>().FindAsync(turns[0].Conversation, Stop));
        Assert.NotNull(await road.Get<IConversationStore>().FindAsync(turns[^1].Conversation, Stop));
        Assert.Equal("Remember", (await road.Get<ITurnStore>().FindAsync(stored.Id, Stop))?.Content);
        var now = road.Clock.GetUtcNow();
        var report = await road.Get<IUsageStore>().SumAsync(new(now.AddDays(-1), now.AddDays(1), [UsageBy.Model]), Stop);
        var row = Assert.Single(report.Data);
        Assert.Equal(("test/model", 21L, 21L, 210L), (row.Model, row.Turns, row.Attempts, row.InputTokens));
        Assert.Equal((21L, 210L), (report.Total.Turns, report.Total.InputTokens));
        Assert.NotEqual(turns[0].Id, (await road.RunAsync(new TurnRequest { Content = "Another", Store = false, IdempotencyKey = "key 0" })).Id);
    }

    [Fact]
    public async Task Their_conversations_stay_while_somebody_needs_them()
    {
        await using var road = Forgetful();
        var titled = await road.RunAsync(new TurnRequest { Content = "Titled", Store = false });
        await road.Get<IConversationStore>().UpdateAsync(titled.Conversation, now => now with { Title = "Mine" }, Stop);
        var begun = await road.RunAsync(new TurnRequest { Content = "Unstored", Store = false });
        var after = await road.RunAsync(new TurnRequest { Content = "Stored", Conversation = begun.Conversation });
        for (var i = 0; i < 3 * Most; i++) await road.RunAsync(new TurnRequest { Content = "Forget", Store = false });
        Assert.Equal([titled.Id, begun.Id, after.Id], await KnownAsync(road, [titled, begun, after]));
    }

    [Fact]
    public async Task Whoever_reads_one_reads_it_to_its_end()
    {
        await using var road = Forgetful();
        road.Model.Says("One", " two.");
        var first = await road.Runner.StartAsync(new() { Content = "Count", Store = false }, Stop);
        await using var reader = road.Runner.SubscribeAsync(first.Turn.Id, 0, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await reader.MoveNextAsync());
        var events = reader.Current.ToList();
        await road.Runner.WaitAsync(first.Turn.Id, Stop);
        for (var i = 0; i < 2 * Most; i++) await road.RunAsync(new TurnRequest { Content = "Forget", Store = false });
        Assert.Null(await road.Get<ITurnStore>().FindAsync(first.Turn.Id, Stop));
        while (await reader.MoveNextAsync()) events.AddRange(reader.Current);
        Assert.Equal("One two.", string.Concat(events.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.IsType<TurnCompleted>(events[^1]);
    }

    [Fact]
    public async Task What_was_attached_to_them_goes_when_something_new_comes_much_later()
    {
        await using var road = Forgetful();
        TurnRequest Showing(byte[] bytes) => new() { Content = "Look", Store = false, Resources = [new() { Data = Convert.ToBase64String(bytes), MediaType = "image/png" }] };
        byte[] picture = [1, 2, 3];
        await road.RunAsync(Showing(picture));
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(picture));
        Assert.NotNull(await road.Get<IContentStore>().OpenAsync(hash, Stop));
        road.Clock.Advance(TimeSpan.FromHours(2));
        await road.RunAsync(Showing([4]));
        Assert.Null(await road.Get<IContentStore>().OpenAsync(hash, Stop));
    }

    [Fact]
    public async Task Calls_beside_turns_are_bounded_and_what_they_used_still_counts()
    {
        await using var road = Forgetful();
        var (usage, now) = (road.Get<IUsageStore>(), road.Clock.GetUtcNow());
        for (var i = 0; i < 5 * Most; i++) await usage.KeepAsync(new() { Id = $"side_{i}", Kind = "title", Model = "test/small", Key = i % 2 == 0 ? "key_1" : null, Usage = new() { InputTokens = 7, OutputTokens = 1 }, Cost = new(0.5m, "USD"), Milliseconds = 30, CreatedAt = now.AddMilliseconds(i) }, Stop);
        var report = await usage.SumAsync(new(now.AddDays(-1), now.AddDays(1), [UsageBy.Key]), Stop);
        Assert.Equal([(null, 25L, 175L, 12.5m), ("key_1", 25L, 175L, 12.5m)], report.Data.Select(row => (row.Key, row.Attempts, row.InputTokens, row.Cost.Single().Amount)));
        Assert.Equal((0L, 50L, 30d), (report.Total.Turns, report.Total.Attempts, report.Total.Milliseconds));
        var hour = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        Assert.InRange((await usage.SumAsync(new(now, hour.AddHours(1), []), Stop)).Total.Attempts, 1, 2 * Most); // of those that are gone only the hour is known, which began before
    }

    private static async Task<IEnumerable<string>> KnownAsync(Road road, IEnumerable<Turn> turns)
    {
        var known = new List<string>();
        foreach (var turn in turns) if (await road.Get<ITurnStore>().FindAsync(turn.Id, Stop) is { } kept) known.Add(kept.Id);
        return known;
    }
}
