using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>Turns that wait in a queue are on no branch, and are found all the same.</summary>
public abstract class QueuedTurnsContract(StoreSet stores) : StoreContract(stores)
{
    [Fact]
    public async Task Those_that_never_began_are_found_oldest_first_whether_they_wait_in_the_queue_or_ended_there()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await Stores.Turns.BeginAsync(Beginning("turn_9", conversation: "conv_2"), Cancellation);
        foreach (var (id, at, store) in ((string, int, bool?)[])[("turn_4", 1, null), ("turn_3", 2, null), ("turn_2", 3, false)])
        {
            var queued = Beginning(id).Turn with { Status = TurnStatus.Queued, Messages = [], Store = store, CreatedAt = Noon.AddSeconds(at) };
            Assert.Null(await Stores.Turns.EnqueueAsync(new() { Turn = queued, Submitted = "{}"u8.ToArray(), Node = "node_2", LeaseUntil = Noon.AddSeconds(15) }, Cancellation));
        }
        foreach (var id in (string[])["turn_4", "turn_2"]) Assert.True(await Stores.Turns.InterruptAsync(id, DateTimeOffset.UnixEpoch, "node_2", _ => null, Noon, Cancellation));
        Assert.True(await Stores.Turns.InterruptAsync("turn_1", DateTimeOffset.UnixEpoch, "node_1", _ => null, Noon, Cancellation));
        Assert.Equal([("turn_4", TurnStatus.Interrupted, "Question of turn_4"), ("turn_3", TurnStatus.Queued, "Question of turn_3")], (await Stores.Turns.UnbegunAsync("conv_1", Cancellation)).Select(turn => (turn.Id, turn.Status, turn.Content)));
        Assert.Empty(await Stores.Turns.UnbegunAsync("conv_2", Cancellation));
        Assert.Contains("no model was asked", Assert.IsType<TurnInterrupted>(Assert.Single(await Stores.Log.ReadAsync("turn_4", 0, 10, Cancellation))).Reason, StringComparison.Ordinal);
    }
}

public sealed class InMemoryQueuedTurnsTests() : QueuedTurnsContract(StoreSet.InMemory());

public sealed class SqliteQueuedTurnsTests() : QueuedTurnsContract(StoreSet.Sqlite());

public sealed class PostgresQueuedTurnsTests() : QueuedTurnsContract(StoreSet.Postgres());
