using Microsoft.Extensions.DependencyInjection;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>What happens when the database goes away and comes back.</summary>
public sealed class PostgresOutages : PostgresTests, IDisposable
{
    private readonly PostgresCluster _cluster = PostgresCluster.Own();

    public PostgresOutages() => ConnectionString = _cluster.NewDatabase();

    public void Dispose() => _cluster.Dispose();

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task The_log_goes_on_without_a_gap_when_the_database_is_back(string how)
    {
        await using var node = Open();
        var (turns, log) = (node.GetRequiredService<ITurnStore>(), node.GetRequiredService<ITurnLog>());
        await turns.BeginAsync(Beginning("turn_1"), Cancellation);
        log.Append(Placed(new TextDelta { Text = "a" }, "turn_1", 2));
        await log.AppendAsync(Placed(new ToolApproval { CallId = "c" }, "turn_1", 3), Cancellation);

        _cluster.Stop(how);
        log.Append(Placed(new TextDelta { Text = "b" }, "turn_1", 4));
        var waiting = log.AppendAsync(Placed(new ToolApproval { CallId = "d" }, "turn_1", 5), Cancellation);
        var refused = await Assert.ThrowsAsync<TurnException>(() => turns.FindAsync("turn_1", Cancellation));
        Assert.Equal(TurnErrorCode.StorageUnavailable, refused.Code);
        Assert.NotNull(refused.RetryAfter);
        _cluster.Start();

        await waiting.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.True(await EndAsync(turns, "turn_1", 6));
        Assert.Equal([1L, 2, 3, 4, 5, 6], (await log.ReadAsync("turn_1", 0, 100, Cancellation)).Select(happened => happened.Sequence));
    }

    [Fact]
    public async Task Other_nodes_are_heard_again_when_the_database_is_back()
    {
        await using var one = Open();
        await using var two = Open();
        await one.GetRequiredService<ITurnStore>().BeginAsync(Beginning("turn_1"), Cancellation);
        var changes = two.GetRequiredService<IStoreChanges>();
        var (back, heard) = (new TaskCompletionSource(), new TaskCompletionSource());
        _cluster.Stop();
        while (changes.HearsOthers) await Task.Yield();
        using var listening = changes.Listen(change =>
        {
            if (change.Topic == StoreChange.Everything) back.TrySetResult();
            if (change == new StoreChange(StoreChange.Turn, "turn_1")) heard.TrySetResult();
        });
        _cluster.Start();
        await back.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.True(changes.HearsOthers);
        await one.GetRequiredService<ITurnLog>().AppendAsync(Placed(new TextDelta { Text = "a" }, "turn_1", 2), Cancellation);
        await heard.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
    }
}
