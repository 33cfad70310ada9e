using System.Text;
using Turnpike.Turns.Recordings;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of recordings promises.</summary>
public abstract class RecordingStoreContract(StoreSet stores) : StoreContract(stores)
{
    private static RecordedAttempt Attempt(int step, int attempt, string said) => new()
    {
        Step = step,
        Attempt = attempt,
        Model = "wire/m",
        Status = 200,
        ContentType = "text/event-stream; charset=utf-8",
        RetryAfter = 1500,
        Ending = ExchangeEnding.Broken,
        Fault = "it broke",
        FaultKind = "ResponseEnded",
        Bytes = said.Length,
        Truncated = true,
        Request = PackedBytes.Pack("""{"ask":1}"""u8),
        Response = PackedBytes.Pack(Encoding.UTF8.GetBytes(said)),
    };

    private static string Said(RecordedAttempt attempt) => Encoding.UTF8.GetString(PackedBytes.Unpack(attempt.Response));

    [Fact]
    public async Task What_is_kept_comes_back_in_order_with_every_member()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await Stores.Recordings.AddAsync("turn_1", Attempt(2, 1, "second"), Cancellation);
        await Stores.Recordings.AddAsync("turn_1", Attempt(1, 2, "again"), Cancellation);
        await Stores.Recordings.AddAsync("turn_1", Attempt(1, 1, "first"), Cancellation);
        var kept = await Stores.Recordings.OfAsync("turn_1", Cancellation);
        Assert.Equal([(1, 1, "first"), (1, 2, "again"), (2, 1, "second")], kept.Select(one => (one.Step, one.Attempt, Said(one))));
        Assert.Equal("""{"ask":1}""", Encoding.UTF8.GetString(PackedBytes.Unpack(kept[0].Request)));
        Assert.Equal(Attempt(1, 1, "first") with { Request = kept[0].Request, Response = kept[0].Response }, kept[0]);
    }

    [Fact]
    public async Task None_comes_back_to_a_turn_whose_content_was_forgotten()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        await Stores.Recordings.AddAsync("turn_1", Attempt(1, 1, "first"), Cancellation);
        Assert.True(await EndAsync(beginning));
        await Stores.Turns.ForgetAsync("turn_1", Cancellation);
        await Stores.Recordings.AddAsync("turn_1", Attempt(1, 2, "late"), Cancellation);
        Assert.Empty(await Stores.Recordings.OfAsync("turn_1", Cancellation));
    }

    [Fact]
    public async Task The_same_attempt_again_takes_the_place_of_the_first()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await Stores.Recordings.AddAsync("turn_1", Attempt(1, 1, "first"), Cancellation);
        await Stores.Recordings.AddAsync("turn_1", Attempt(1, 1, "later"), Cancellation);
        Assert.Equal("later", Said(Assert.Single(await Stores.Recordings.OfAsync("turn_1", Cancellation))));
    }

    [Fact]
    public async Task A_turn_that_there_is_not_keeps_nothing()
    {
        await Stores.Recordings.AddAsync("turn_none", Attempt(1, 1, "first"), Cancellation);
        Assert.Empty(await Stores.Recordings.OfAsync("turn_none", Cancellation));
    }

    [Fact]
    public async Task They_go_with_the_content_of_their_turn()
    {
        await CompleteAsync(Beginning("turn_1"));
        await Stores.Recordings.AddAsync("turn_1", Attempt(1, 1, "first"), Cancellation);
        Assert.True(await Stores.Turns.ForgetAsync("turn_1", Cancellation));
        Assert.Empty(await Stores.Recordings.OfAsync("turn_1", Cancellation));
    }

    [Fact]
    public async Task They_go_with_their_conversation()
    {
        await CompleteAsync(Beginning("turn_1"));
        await Stores.Recordings.AddAsync("turn_1", Attempt(1, 1, "first"), Cancellation);
        await Stores.Conversations.DeleteAsync("conv_1", Cancellation);
        Assert.Empty(await Stores.Recordings.OfAsync("turn_1", Cancellation));
    }
}
