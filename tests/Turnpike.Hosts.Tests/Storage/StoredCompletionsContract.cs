using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every list of chat completions promises.</summary>
public abstract class StoredCompletionsContract(StoreSet stores) : StoreContract(stores)
{
    [Fact]
    public async Task Completions_are_listed_in_both_orders_in_pages_and_by_model()
    {
        var rows = new List<StoredCompletion>();
        for (var i = 0; i < 5; i++) rows.Add(await AddAsync(i % 2 == 0 ? "test/even" : "test/odd", i / 2));
        var order = rows.OrderBy(row => row.CreatedAt).ThenBy(row => row.Turn, StringComparer.Ordinal).Select(row => row.Turn).ToArray();
        var first = await Stores.Completions.ListAsync(new() { Limit = 2 }, Cancellation);
        var rest = await Stores.Completions.ListAsync(new() { After = first[^1] }, Cancellation);
        Assert.Equal(order, first.Concat(rest).Select(row => row.Turn));
        var newest = await Stores.Completions.ListAsync(new() { Limit = 2, NewestFirst = true }, Cancellation);
        var older = await Stores.Completions.ListAsync(new() { After = newest[^1], NewestFirst = true }, Cancellation);
        Assert.Equal(order.Reverse(), newest.Concat(older).Select(row => row.Turn));
        Assert.Equal(3, (await Stores.Completions.ListAsync(new() { Model = "test/even" }, Cancellation)).Count);
    }

    [Fact]
    public async Task A_note_is_replaced_and_a_removed_completion_is_not_found()
    {
        var row = await AddAsync("test/model", 0);
        await Stores.Completions.AddAsync(row with { Model = "other" }, Cancellation);
        Assert.Equal(("test/model", "1"), await Stores.Completions.FindAsync(row.Turn, Cancellation) is { } kept ? (kept.Model, kept.Metadata!.Value.GetProperty("n").GetString()) : default);
        Assert.True(await Stores.Completions.NoteAsync(row.Turn, JsonElement.Parse("""{"n":"2"}"""), Cancellation));
        Assert.Equal("2", (await Stores.Completions.FindAsync(row.Turn, Cancellation))!.Metadata!.Value.GetProperty("n").GetString());
        Assert.True(await Stores.Completions.RemoveAsync(row.Turn, Cancellation));
        Assert.False(await Stores.Completions.RemoveAsync(row.Turn, Cancellation));
        Assert.False(await Stores.Completions.NoteAsync(row.Turn, null, Cancellation));
        Assert.Null(await Stores.Completions.FindAsync(row.Turn, Cancellation));
    }

    private async Task<StoredCompletion> AddAsync(string model, int second)
    {
        var conversation = new Conversation { Id = Ids.New("conv"), CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch };
        await Stores.Conversations.AddAsync(conversation, Cancellation);
        var turn = await new Turnpike.Conversations.GivenTurns(Stores.Turns, Stores.Conversations, new(Stores.Contents), Stores.Clock).KeepAsync(conversation.Id, null, [new(Microsoft.Extensions.AI.ChatRole.User, "Hi")], null, [], Cancellation);
        var row = new StoredCompletion(turn.Id, model, DateTimeOffset.UnixEpoch.AddSeconds(second), JsonElement.Parse("""{"n":"1"}"""));
        await Stores.Completions.AddAsync(row, Cancellation);
        return row;
    }
}
