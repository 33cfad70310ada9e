using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>A conversation of which nothing is stored stands in no list.</summary>
public abstract class LeavingOutContract(StoreSet stores) : StoreContract(stores)
{
    private async Task<string[]> ListedAsync() => [.. (await Stores.Conversations.ListAsync(new(), Cancellation)).Data.Select(conversation => conversation.Id)];

    private static TurnBeginning Unstored(TurnBeginning beginning) => beginning with { Turn = beginning.Turn with { Store = false } };

    [Fact]
    public async Task One_that_an_unstored_turn_began_is_listed_from_its_first_stored_turn_on()
    {
        Assert.Null(await Stores.Turns.BeginAsync(Unstored(Beginning("turn_1")), Cancellation));
        Assert.Empty(await ListedAsync());
        Assert.True(await EndAsync(Unstored(Beginning("turn_1"))));
        await CompleteAsync(Unstored(Beginning("turn_2", parent: "turn_1", isNew: false)));
        Assert.Empty(await ListedAsync());
        Assert.NotNull(await Stores.Conversations.FindAsync("conv_1", Cancellation));

        await CompleteAsync(Beginning("turn_3", parent: "turn_2", isNew: false));
        Assert.Equal(["conv_1"], await ListedAsync());
        await CompleteAsync(Unstored(Beginning("turn_4", parent: "turn_3", isNew: false)));
        Assert.Equal(["conv_1"], await ListedAsync());
    }

    [Fact]
    public async Task One_whose_turns_are_all_forgotten_is_listed_no_longer_unless_somebody_made_or_marked_it()
    {
        foreach (var id in (string[])["bare", "named", "pinned", "half"]) await CompleteAsync(Beginning("turn_" + id, "conv_" + id));
        await CompleteAsync(Beginning("turn_more", "conv_half", parent: "turn_half", isNew: false));
        await Stores.Conversations.AddAsync(new() { Id = "conv_made", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation);
        await CompleteAsync(Unstored(Beginning("turn_made", "conv_made", isNew: false)));
        await Stores.Conversations.UpdateAsync("conv_named", now => now with { Title = "Mine" }, Cancellation);
        await Stores.Conversations.UpdateAsync("conv_pinned", now => now with { Pinned = true }, Cancellation);
        foreach (var id in (string[])["bare", "named", "pinned", "half"]) Assert.True(await Stores.Turns.ForgetAsync("turn_" + id, Cancellation));
        Assert.Equal(["conv_half", "conv_made", "conv_named", "conv_pinned"], (await ListedAsync()).Order(StringComparer.Ordinal));

        await Stores.Conversations.UpdateAsync("conv_bare", now => now with { Starred = true }, Cancellation);
        Assert.Contains("conv_bare", await ListedAsync());
    }
}

public sealed class InMemoryLeavingOutTests() : LeavingOutContract(StoreSet.InMemory());

public sealed class SqliteLeavingOutTests() : LeavingOutContract(StoreSet.Sqlite());

public sealed class PostgresLeavingOutTests() : LeavingOutContract(StoreSet.Postgres());
