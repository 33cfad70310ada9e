using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
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
    public async Task What_was_cut_off_is_estimated_paid_for_and_counted()
    {
        await using var road = new Road(builder => builder.Services.Configure<ModelCatalogOptions>(options => options.Models["test/model"] = new() { Id = "test/model", Provider = "test", Price = new() { Input = 2, Output = 8 } }));
        var (now, sequence) = (road.Clock.GetUtcNow(), 0);
        var request = new ModelRequest { Model = "test/model", Messages = [new(ChatRole.User, new string('a', 400))] };
        await road.Get<ITurnStore>().BeginAsync(new()
        {
            Turn = new() { Id = "turn_1", Conversation = "conv_1", Status = TurnStatus.Running, Model = "test/model", CreatedAt = now },
            Conversation = new() { Id = "conv_1", Head = "turn_1", CreatedAt = now, UpdatedAt = now },
            IsNewConversation = true,
            Request = JsonSerializer.SerializeToUtf8Bytes(request, TurnpikeJson.Relaxed.ModelRequest),
            Trace = [],
            Started = Placed(new TurnStarted { Model = "test/model" }),
            Node = "gone",
            LeaseUntil = now,
        }, Cancellation);
        foreach (var happened in (TurnEvent[])
        [
            new StepStarted { Step = 1, Attempt = 1, Model = "test/model" }, new UsageReported { Step = 1, Usage = new() { InputTokens = 90, OutputTokens = 5 }, Cost = new(1, "USD") },
            new ToolCall { CallId = "call_1", Name = "look", Arguments = "{}", Step = 1 }, new ToolResult { CallId = "call_1", Result = JsonSerializer.SerializeToElement(new string('b', 80)) }, new StepCompleted { Step = 1, FinishReason = "toolCalls" },
            new StepStarted { Step = 2, Attempt = 1, Model = "test/model" }, new ReasoningDelta { Text = "Hm, ", Step = 2 }, new TextDelta { Text = "I found ", Step = 2, Block = 1 },
        ]) await road.Get<ITurnLog>().AppendAsync(Placed(happened), Cancellation);
        var day = new BudgetPeriod("day:2025-01-31", 10, 1000, long.MaxValue);
        Assert.Null(await road.Get<IBudgetStore>().ReserveAsync(new("turn_1", "key_1", 1000, 0, [day]) { At = now }, Cancellation));
        road.Clock.Advance(TimeSpan.FromMinutes(1));
        await road.Runner.TendAsync(Cancellation);

        var turn = (await road.Get<ITurnStore>().FindAsync("turn_1", Cancellation))!;
        var (first, cut) = (turn.Attempts[0], turn.Attempts[1]);
        Assert.Equal((TurnStatus.Completed, 90, false), (first.Status, first.Usage!.InputTokens, first.Usage.Estimated));
        Assert.Equal((TurnStatus.Interrupted, true, 3L), (cut.Status, cut.Usage!.Estimated, cut.Usage.OutputTokens));
        Assert.InRange(cut.Usage.InputTokens, TokenEstimate.Of(request) + 20, TokenEstimate.Of(request) + 50);
        Assert.Equal((cut.Usage.InputTokens * 2 + 24) / 1_000_000m, cut.Cost!.Amount);
        Assert.Equal((first.Usage + cut.Usage, new TurnCost(1 + cut.Cost.Amount, "USD")), (turn.Usage, turn.Cost));
        Assert.Equal(["usage", "turn.interrupted"], (await road.EventsAsync("turn_1")).TakeLast(2).Select(happened => happened.Type));
        Assert.Null(await road.Get<IBudgetStore>().ReserveAsync(new("turn_2", "key_1", 600, 0, [day]) { At = now }, Cancellation)); // what was reserved made room for what was used
        Assert.NotNull(await road.Get<IBudgetStore>().ReserveAsync(new("turn_3", "key_1", 300, 0, [day]) { At = now }, Cancellation));

        TurnEvent Placed(TurnEvent happened)
        {
            happened.Place("turn_1", "conv_1", ++sequence, now);
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
