using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Tests.Scenarios;

/// <summary>A reader may have seen events that the crash of the node took from the log; whatever number it has, it hears the end.</summary>
public sealed class EndsAfterCrashes
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0L, "1 turn.started, 2 text.delta, 3 turn.interrupted")]
    [InlineData(2L, "3 turn.interrupted")]
    [InlineData(3L, "4 turn.interrupted")] // it saw a third event, which was lost, and the end took its number
    [InlineData(7L, "8 turn.interrupted")]
    public async Task A_reader_hears_the_end_behind_whatever_it_saw_before_the_crash(long after, string expected)
    {
        await using var road = new Road();
        var now = road.Clock.GetUtcNow();
        await road.Get<ITurnStore>().BeginAsync(new()
        {
            Turn = new() { Id = "turn_1", Conversation = "conv_1", Status = TurnStatus.Running, Model = "test/model", CreatedAt = now },
            Conversation = new() { Id = "conv_1", Head = "turn_1", CreatedAt = now, UpdatedAt = now },
            IsNewConversation = true,
            Request = "{}"u8.ToArray(),
            Trace = [],
            Started = Placed(new TurnStarted { Model = "test/model" }, 1),
            Node = "gone",
            LeaseUntil = now,
        }, Cancellation);
        await road.Get<ITurnLog>().AppendAsync(Placed(new TextDelta { Text = "Half" }, 2), Cancellation);
        road.Clock.Advance(TimeSpan.FromMinutes(1));
        await road.Runner.TendAsync(Cancellation);

        Assert.Equal(expected, string.Join(", ", (await road.EventsAsync("turn_1", after)).Select(happened => $"{happened.Sequence} {happened.Type}")));

        TurnEvent Placed(TurnEvent happened, long sequence)
        {
            happened.Place("turn_1", "conv_1", sequence, now);
            return happened;
        }
    }

    [Fact]
    public async Task A_reader_that_saw_the_end_of_a_whole_turn_is_told_nothing_again()
    {
        await using var road = new Road();
        var turn = await road.RunAsync("Hi");
        var end = (await road.EventsAsync(turn.Id))[^1];
        Assert.Empty(await road.EventsAsync(turn.Id, end.Sequence));
    }
}
