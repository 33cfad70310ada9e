using Turnpike.Turns;
using Turnpike.Turns.Files;
using Turnpike.Turns.Resources;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>Bytes that nothing refers to any longer stay a while, so that a copy of the database from a moment before still finds them.</summary>
public abstract class LettingGoContract(StoreSet stores) : StoreContract(stores)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private Task<int> CleanAsync() => Stores.Contents.CleanAsync(Stores.Clock.GetUtcNow() - Hour, Cancellation);

    [Fact]
    public async Task The_hour_counts_from_when_the_last_that_needed_them_let_them_go()
    {
        var file = await Stores.Files.AddAsync(new() { Name = "a.txt" }, new MemoryStream([(byte)'a']), Cancellation);
        var kept = await Stores.Files.AddAsync(new() { Name = "b.txt" }, new MemoryStream([(byte)'b']), Cancellation);
        var beginning = Beginning("turn_1");
        await CompleteAsync(beginning with { Conversation = beginning.Conversation with { Resources = [Note("res_1", file), Note("res_2", kept)] } });
        Stores.Clock.Advance(2 * Hour);
        await Stores.Files.DeleteAsync(file.Id, Cancellation);
        Assert.Equal(0, await CleanAsync());
        Stores.Clock.Advance(2 * Hour);
        await Stores.Conversations.UpdateAsync("conv_1", now => now with { Resources = [Note("res_2", kept)] }, Cancellation);
        Assert.Equal(0, await CleanAsync());
        Stores.Clock.Advance(Hour / 2);
        Assert.Equal(0, await CleanAsync());
        await using (var bytes = await Stores.Contents.OpenAsync(file.Hash, Cancellation)) Assert.NotNull(bytes);
        Stores.Clock.Advance(Hour);
        Assert.Equal(1, await CleanAsync());
        Assert.Null(await Stores.Contents.OpenAsync(file.Hash, Cancellation));

        await Stores.Files.DeleteAsync(kept.Id, Cancellation);
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);
        Assert.Equal(0, await CleanAsync());
        Stores.Clock.Advance(2 * Hour);
        Assert.Equal(1, await CleanAsync());
    }

    private static Resource Note(string id, StoredFile file) => new() { Id = id, Kind = "note", Policy = ResourcePolicy.Sticky, Hash = file.Hash, IsText = true };
}

public sealed class SqliteLettingGoTests() : LettingGoContract(StoreSet.Sqlite());

public sealed class PostgresLettingGoTests() : LettingGoContract(StoreSet.Postgres());
