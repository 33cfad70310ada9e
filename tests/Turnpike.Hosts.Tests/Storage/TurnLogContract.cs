using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every log promises.</summary>
public abstract class TurnLogContract(StoreSet stores) : StoreContract(stores)
{
    [Fact]
    public async Task Events_come_back_in_order_each_with_its_number_and_time()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        var written = await WriteAsync("turn_1", 2);

        var read = await Stores.Log.ReadAsync("turn_1", 1, 1000, Cancellation);

        Assert.Equal(written.Select(Data), read.Select(Data));
    }

    [Fact]
    public async Task A_reader_goes_on_after_any_event()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        var written = await WriteAsync("turn_1", 2);

        for (var after = 1; after <= written.Count + 2; after++)
            Assert.Equal(written.Skip(after - 1).Select(Data), (await Stores.Log.ReadAsync("turn_1", after, 1000, Cancellation)).Select(Data));
    }

    [Fact]
    public async Task A_reader_gets_no_more_than_it_asks_for()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await WriteAsync("turn_1", 2);

        Assert.Equal([4L, 5, 6], (await Stores.Log.ReadAsync("turn_1", 3, 3, Cancellation)).Select(happened => happened.Sequence));
    }

    [Fact]
    public async Task Sources_refusals_phases_and_sealed_reasoning_between_deltas_of_one_block_are_kept()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        TurnEvent[] written =
        [
            new ReasoningDelta { Text = "Let me " }, new ReasoningDelta { Text = "see" }, new ReasoningDelta { Text = "", Protected = "c2lnLTE=" }, new ReasoningDelta { Text = "more", Block = 1 },
            new TextDelta { Text = "It ", Block = 2 }, new TextDelta { Text = "rains.", Block = 2 }, new TextDelta { Text = "", Block = 2, Citations = [new("https://example.org/", "W", 0, 9)] }, new TextDelta { Text = " Hard.", Block = 2 },
            new TextDelta { Text = "I ", Block = 3, Refusal = true }, new TextDelta { Text = "won't.", Block = 3, Refusal = true },
            new TextDelta { Text = "So ", Block = 4, Phase = "commentary" }, new TextDelta { Text = "I ", Block = 4 }, new TextDelta { Text = "see.", Block = 4 }, new TextDelta { Text = "Yes.", Block = 5, Phase = "final_answer" },
        ];
        for (var i = 0; i < written.Length; i++) Stores.Log.Append(Placed(written[i], "turn_1", i + 2));
        await Stores.Log.AppendAsync(Placed(new StepCompleted { Step = 1, FinishReason = "stop" }, "turn_1", written.Length + 2), Cancellation);
        Assert.Equal(written.Select(Data), (await Stores.Log.ReadAsync("turn_1", 1, written.Length, Cancellation)).Select(Data));
    }

    [Fact]
    public async Task A_turn_without_events_has_an_empty_log() => Assert.Empty(await Stores.Log.ReadAsync("turn_x", 0, 10, Cancellation));

    [Fact]
    public async Task An_event_that_was_waited_for_is_on_disk_with_all_before_it()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        Stores.Log.Append(Placed(new TextDelta { Text = "a" }, "turn_1", 2));
        Stores.Log.Append(Placed(new TextDelta { Text = "b" }, "turn_1", 3));
        await Stores.Log.AppendAsync(Placed(new StepCompleted { Step = 1, FinishReason = "stop" }, "turn_1", 4), Cancellation);

        Assert.Equal([1L, 2, 3, 4], (await Stores.Log.ReadAsync("turn_1", 0, 10, Cancellation)).Select(happened => happened.Sequence));
    }

    [Fact]
    public async Task Text_handed_over_before_the_end_is_kept_before_the_end()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        for (var i = 2; i <= 500; i++) Stores.Log.Append(Placed(new TextDelta { Text = $"{i} " }, "turn_1", i));
        Assert.True(await EndAsync(beginning, 501));

        var log = await Stores.Log.ReadAsync("turn_1", 0, 1000, Cancellation);
        Assert.Equal(Enumerable.Range(1, 501).Select(i => (long)i), log.Select(happened => happened.Sequence));
        Assert.True(log[^1].IsFinal);
    }

    [Fact]
    public async Task A_turn_that_ended_takes_no_more_events()
    {
        await CompleteAsync(Beginning("turn_1"));
        Stores.Log.Append(Placed(new TextDelta { Text = "late" }, "turn_1", 3));
        await RefusedAsync(TurnErrorCode.TurnNotFound, () => Stores.Log.AppendAsync(Placed(new TextDelta { Text = "late" }, "turn_1", 3), Cancellation));
        await RefusedAsync(TurnErrorCode.TurnNotFound, () => Stores.Log.AppendAsync(Placed(new TextDelta { Text = "late" }, "turn_x", 1), Cancellation));
        Assert.Equal(2, (await Stores.Log.ReadAsync("turn_1", 0, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task A_log_never_has_a_gap_or_a_number_twice()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await RefusedAsync(TurnErrorCode.TurnNotFound, () => Stores.Log.AppendAsync(Placed(new TextDelta { Text = "gap" }, "turn_1", 3), Cancellation));
        await RefusedAsync(TurnErrorCode.TurnNotFound, () => Stores.Log.AppendAsync(Placed(new TextDelta { Text = "twice" }, "turn_1", 1), Cancellation));
        await Stores.Log.AppendAsync(Placed(new TextDelta { Text = "next" }, "turn_1", 2), Cancellation);
        Assert.Equal([1L, 2], (await Stores.Log.ReadAsync("turn_1", 0, 10, Cancellation)).Select(happened => happened.Sequence));
    }

    [Fact]
    public async Task An_event_that_is_refused_harms_no_other_turn()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1", "conv_1"), Cancellation);
        await Stores.Turns.BeginAsync(Beginning("turn_2", "conv_2"), Cancellation);
        var refused = Stores.Log.AppendAsync(Placed(new TextDelta { Text = "gap" }, "turn_1", 9), Cancellation);
        var kept = Stores.Log.AppendAsync(Placed(new TextDelta { Text = "fine" }, "turn_2", 2, "conv_2"), Cancellation);

        await RefusedAsync(TurnErrorCode.TurnNotFound, () => refused);
        await kept;
        Assert.Equal(2, (await Stores.Log.ReadAsync("turn_2", 0, 10, Cancellation)).Count);
    }

    /// <summary>Writes every kind of neighbourhood: runs of one block, changes of block, step, kind and refusal, long texts, halves of pairs.</summary>
    private async Task<List<TurnEvent>> WriteAsync(string turn, int sequence)
    {
        var written = new List<TurnEvent>();
        void Add(TurnEvent happened) => written.Add(Placed(happened, turn, sequence++));
        Add(new StepStarted { Step = 1, Model = "m" });
        foreach (var word in "I think about it".Split(' ')) Add(new ReasoningDelta { Text = word, Step = 1 });
        foreach (var word in "Größe \"x\" \\ \n 😀 \u2028".Split(' ')) Add(new TextDelta { Text = word, Step = 1, Block = 1 });
        Add(new TextDelta { Text = "", Step = 1, Block = 1 });
        Add(new TextDelta { Text = "\ud83d", Step = 1, Block = 1 });
        Add(new TextDelta { Text = "\ude00", Step = 1, Block = 1 });
        Add(new TextDelta { Text = "No", Step = 1, Block = 2, Refusal = true });
        Add(new TextDelta { Text = "!", Step = 1, Block = 2, Refusal = true });
        Add(new ToolCall { CallId = "c", Name = "n", Arguments = "{}", Step = 1 });
        Add(new TextDelta { Text = new string('x', 20_000), Step = 2, Block = 3 });
        Add(new TextDelta { Text = new string('y', 20_000), Step = 2, Block = 3 });
        Add(new WarningRaised { Code = "w", Message = "m" });
        foreach (var happened in written) Stores.Log.Append(happened);
        var last = Placed(new StepCompleted { Step = 2, FinishReason = "stop" }, turn, sequence);
        await Stores.Log.AppendAsync(last, Cancellation);
        return [.. written, last];
    }

    private static string Data(TurnEvent happened)
    {
        var data = new System.Buffers.ArrayBufferWriter<byte>();
        TurnEventJson.WriteData(data, happened);
        return System.Text.Encoding.UTF8.GetString(data.WrittenSpan);
    }
}
