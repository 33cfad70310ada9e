using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of usage promises.</summary>
public abstract class UsageStoreContract(StoreSet stores) : StoreContract(stores)
{
    private static readonly (DateTimeOffset From, DateTimeOffset To) January = (new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2025, 2, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Attempts_are_summed_by_the_model_that_was_asked()
    {
        await KeepAsync("turn_1", attempts: [Attempt("a/one", 10, 2, 0.5m), Attempt("b/two", 20, 4, 0.25m, number: 2)]);
        await KeepAsync("turn_2", attempts: [Attempt("a/one", 100, 20, 1.5m)]);
        var report = await SumAsync(UsageBy.Model);
        Assert.Equal([("a/one", 2L, 2L, 110L, 22L, 2.0m), ("b/two", 1, 1, 20, 4, 0.25m)], report.Data.Select(row => (row.Model!, row.Turns, row.Attempts, row.InputTokens, row.OutputTokens, row.Cost.Single().Amount)));
        Assert.Equal((2, 3, 130, 26, 2.25m), (report.Total.Turns, report.Total.Attempts, report.Total.InputTokens, report.Total.OutputTokens, report.Total.Cost.Single().Amount));
        Assert.Null(report.Total.Model);
    }

    [Fact]
    public async Task A_day_is_one_of_UTC_and_the_end_of_a_period_is_outside()
    {
        await KeepAsync("turn_1", at: new(2025, 1, 30, 23, 59, 59, TimeSpan.Zero));
        await KeepAsync("turn_2", at: new(2025, 1, 31, 0, 0, 0, TimeSpan.Zero));
        await KeepAsync("turn_3", at: January.To);
        await KeepAsync("turn_4", at: January.From.AddMilliseconds(-1));
        Assert.Equal(["2025-01-30", "2025-01-31"], (await SumAsync(UsageBy.Day)).Data.Select(row => row.Day));
    }

    [Fact]
    public async Task Turns_without_a_prompt_or_a_project_have_a_row_of_their_own()
    {
        await KeepAsync("turn_1", project: "proj_1", prompt: "guide");
        await KeepAsync("turn_2");
        Assert.Equal([null, "guide"], (await SumAsync(UsageBy.Prompt)).Data.Select(row => row.Prompt));
        Assert.Equal([null, "proj_1"], (await SumAsync(UsageBy.Project)).Data.Select(row => row.Project));
        Assert.Equal([(null, null), ("guide", "proj_1")], (await SumAsync(UsageBy.Prompt, UsageBy.Project)).Data.Select(row => (row.Prompt, row.Project)));
    }

    [Fact]
    public async Task Unknown_prices_are_counted_and_cost_nothing_that_is_told()
    {
        await KeepAsync("turn_1", attempts: [Attempt("a/one", 10, 2, cost: null), Attempt("a/one", 10, 2, 0.1m, number: 2), Attempt("a/one", 1, 1, 3m, "EUR", 3)]);
        var row = (await SumAsync()).Total;
        Assert.Equal(1, row.Unpriced);
        Assert.Equal([new TurnCost(3m, "EUR"), new TurnCost(0.1m, "USD")], row.Cost);
    }

    [Fact]
    public async Task Nothing_used_is_a_row_of_zeros_without_a_cost()
    {
        var report = await SumAsync(UsageBy.Model);
        Assert.Empty(report.Data);
        Assert.Equal((0, 0, 0), (report.Total.Turns, report.Total.Attempts, report.Total.InputTokens));
        Assert.Empty(report.Total.Cost);
        Assert.Null(report.Total.TimeToFirstToken);
    }

    [Fact]
    public async Task Failures_caches_reasoning_estimates_and_times_are_told()
    {
        await KeepAsync("turn_1", status: TurnStatus.Failed, attempts: [Attempt("a/one", 10, 2, 0.5m) with { Usage = new() { InputTokens = 10, CachedTokens = 4, OutputTokens = 2, ReasoningTokens = 1, Estimated = true }, Milliseconds = 100, TimeToFirstToken = 40 }]);
        await KeepAsync("turn_2", attempts: [Attempt("a/one", 10, 2, 0.5m) with { Milliseconds = 300, TimeToFirstToken = null }]);
        var row = (await SumAsync()).Total;
        Assert.Equal((2, 1, 4, 1, 1), (row.Turns, row.Failed, row.CachedTokens, row.ReasoningTokens, row.Estimated));
        Assert.Equal((200d, 40d), (row.Milliseconds, row.TimeToFirstToken));
    }

    [Fact]
    public async Task Calls_beside_turns_are_attempts_of_no_turn()
    {
        await KeepAsync("turn_1", project: "proj_1", prompt: "guide", attempts: [Attempt("a/one", 10, 2, 0.5m)]);
        SideCall call = new() { Id = "side_1", Kind = "title", Model = "a/one", Key = "key_1", Project = "proj_1", Prompt = "guide", Usage = new() { InputTokens = 7, CachedTokens = 3, OutputTokens = 1, ReasoningTokens = 1, Estimated = true }, Cost = new(0.25m, "USD"), Milliseconds = 30, CreatedAt = January.From };
        await Stores.Usage.KeepAsync(call, Cancellation);
        await Stores.Usage.KeepAsync(call with { Id = "side_2", Project = null, Prompt = null, Usage = null, Cost = null, CreatedAt = January.To.AddMilliseconds(-1) }, Cancellation);
        await Stores.Usage.KeepAsync(call with { Id = "side_3", CreatedAt = January.To }, Cancellation);
        var report = await SumAsync(UsageBy.Project, UsageBy.Prompt);
        Assert.Equal([(null, null, 0L, 1L, 0L), ("proj_1", "guide", 1, 2, 17)], report.Data.Select(row => (row.Project, row.Prompt, row.Turns, row.Attempts, row.InputTokens)));
        var row = report.Total;
        Assert.Equal((1, 0, 3, 17, 3, 3, 1, 1, 0), (row.Turns, row.Failed, row.Attempts, row.InputTokens, row.CachedTokens, row.OutputTokens, row.ReasoningTokens, row.Estimated, row.Unpriced));
        Assert.Equal([new TurnCost(0.75m, "USD")], row.Cost);
        Assert.Equal(["2025-01-01", "2025-01-31"], (await SumAsync(UsageBy.Day)).Data.Select(row => row.Day));
    }

    [Fact]
    public async Task Turns_and_the_calls_beside_them_are_summed_by_the_key_that_they_count_for_those_that_waited_in_a_queue_too()
    {
        await KeepAsync("turn_1", accessKey: "key_2", attempts: [Attempt("a/one", 10, 2, 0.5m), Attempt("b/two", 20, 4, 0.25m, number: 2)]);
        await KeepAsync("turn_2", accessKey: "key_2", attempts: [Attempt("a/one", 100, 20, 1.5m)]);
        await KeepAsync("turn_3", prompt: "guide", attempts: [Attempt("a/one", 1, 1, null)]);
        var next = Beginning("turn_4", "conv_turn_3", parent: "turn_3", isNew: false);
        Assert.Null(await Stores.Turns.EnqueueAsync(new() { Turn = next.Turn with { Status = TurnStatus.Queued, Parent = null, Messages = [] }, Node = "node_1", LeaseUntil = Noon.AddSeconds(15) }, Cancellation));
        await BeginAndEndAsync(next with { IsQueued = true, AccessKey = "key_1" }, TurnStatus.Failed, [Attempt("a/one", 3, 1, 1m, "EUR")]);
        await Stores.Usage.KeepAsync(new() { Id = "side_1", Kind = "title", Model = "a/one", Key = "key_1", Usage = new() { InputTokens = 7, OutputTokens = 1 }, Milliseconds = 30, CreatedAt = January.From }, Cancellation);
        var report = await SumAsync(UsageBy.Key);
        Assert.Equal([(null, 1L, 0L, 1L, 1L, null), ("key_1", 1, 1, 2, 10, "1 EUR"), ("key_2", 2, 0, 3, 130, "2.25 USD")],
            report.Data.Select(row => (row.Key, row.Turns, row.Failed, row.Attempts, row.InputTokens, row.Cost.Count == 0 ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{row.Cost.Single().Amount:0.##} {row.Cost.Single().Currency}"))));
        Assert.Equal((4, 6, null), (report.Total.Turns, report.Total.Attempts, report.Total.Key));
        Assert.Equal([("a/one", null), ("a/one", "key_1"), ("a/one", "key_2"), ("b/two", "key_2")], (await SumAsync(UsageBy.Key, UsageBy.Model)).Data.Select(row => (row.Model!, row.Key)));
        Assert.All((await SumAsync(UsageBy.Prompt)).Data, row => Assert.Null(row.Key));
    }

    [Fact]
    public async Task What_turns_used_whose_node_went_away_is_summed_as_far_as_their_logs_tell()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1", "conv_1"), Cancellation);
        var sequence = 1;
        foreach (var happened in (TurnEvent[])
        [
            new StepStarted { Step = 1, Attempt = 1, Model = "a/one" }, new TextDelta { Text = "So", Step = 1 }, new UsageReported { Step = 1, Usage = new() { InputTokens = 10, OutputTokens = 1, Estimated = true }, Cost = new(0.5m, "USD") },
            new StepStarted { Step = 1, Attempt = 2, Model = "b/two" }, new TextDelta { Text = "Whole", Step = 1 }, new UsageReported { Step = 1, Usage = new() { InputTokens = 20, OutputTokens = 4 }, Cost = new(0.25m, "USD") }, new StepCompleted { Step = 1, FinishReason = "toolCalls" },
            new StepStarted { Step = 2, Attempt = 1, Model = "b/two" }, new TextDelta { Text = "And", Step = 2 },
        ]) await Stores.Log.AppendAsync(Placed(happened, "turn_1", ++sequence), Cancellation);
        Assert.Equal(["turn_1"], await Stores.Turns.SweepAsync(Noon.AddMinutes(1), Noon.AddMinutes(1), Cancellation));
        var report = await SumAsync(UsageBy.Model);
        Assert.Equal([("a/one", 1L, 1L, 10L, 1L, 0.5m, 1L, 0L), ("b/two", 1, 2, 26, 5, 0.25m, 1, 1)], report.Data.Select(row => (row.Model!, row.Turns, row.Attempts, row.InputTokens, row.OutputTokens, row.Cost.Single().Amount, row.Estimated, row.Unpriced)));
        var kept = (await Stores.Turns.FindAsync("turn_1", Cancellation))!;
        Assert.Equal([TurnStatus.Failed, TurnStatus.Completed, TurnStatus.Interrupted], kept.Attempts.Select(attempt => attempt.Status));
        Assert.Equal((36L, true, null), (kept.Usage.InputTokens, kept.Usage.Estimated, kept.Cost)); // what the last attempt used is estimated, and its price is not known here
    }

    [Fact]
    public async Task A_turn_ends_whatever_it_cost_and_counts_that_no_model_can_have_used_hide_no_others()
    {
        await KeepAsync("turn_1", attempts: [Attempt("a/one", long.MaxValue, long.MaxValue, 100_000_000m), Attempt("a/one", long.MaxValue, -5, 100_000_000m, number: 2), Attempt("a/one", 7, 3, 0.5m, number: 3)]);
        await Stores.Usage.KeepAsync(new() { Id = "side_1", Kind = "title", Model = "a/one", Usage = new() { InputTokens = long.MaxValue, OutputTokens = 1 }, Cost = new(100_000_000m, "USD"), CreatedAt = Noon }, Cancellation);
        var row = (await SumAsync()).Total;
        Assert.Equal((4, 3_000_000_000_007, 1_000_000_000_004), (row.Attempts, row.InputTokens, row.OutputTokens));
        Assert.InRange(row.Cost.Single().Amount, 27_000_000m, 300_000_001m); // a column ends at some nine million
        Assert.Equal(100_000_000m, (await Stores.Turns.FindAsync("turn_1", Cancellation))!.Attempts[0].Cost!.Amount);
    }

    [Fact]
    public async Task A_turn_that_was_left_behind_ends_whatever_it_is_likely_to_have_cost()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1", "conv_1"), Cancellation);
        await Stores.Log.AppendAsync(Placed(new StepStarted { Step = 1, Attempt = 1, Model = "a/one" }, "turn_1", 2), Cancellation);
        await Stores.Log.AppendAsync(Placed(new TextDelta { Text = "Four letters each", Step = 1 }, "turn_1", 3), Cancellation);
        Assert.True(await Stores.Turns.InterruptAsync("turn_1", Noon.AddMinutes(1), null, _ => new() { Input = 0, Output = 1e16m }, Noon.AddMinutes(1), Cancellation));
        Assert.True((await Stores.Turns.FindAsync("turn_1", Cancellation))!.Cost!.Amount > 10_000_000m);
    }

    private Task<UsageReport> SumAsync(params UsageBy[] by) => Stores.Usage.SumAsync(new(January.From, January.To, by), Cancellation);

    private static TurnAttempt Attempt(string model, long input, long output, decimal? cost, string currency = "USD", int number = 1) => new()
    {
        Step = 1,
        Attempt = number,
        Model = model,
        Status = TurnStatus.Completed,
        Usage = new() { InputTokens = input, OutputTokens = output },
        Cost = cost is { } amount ? new(amount, currency) : null,
        Milliseconds = 10,
    };

    private async Task KeepAsync(string id, DateTimeOffset? at = null, string? project = null, string? prompt = null, TurnStatus status = TurnStatus.Completed, string? accessKey = null, params TurnAttempt[] attempts)
    {
        var beginning = Beginning(id, "conv_" + id);
        beginning = beginning with
        {
            Turn = beginning.Turn with { CreatedAt = at ?? Noon, Prompt = prompt is null ? null : new(prompt, 1, "hash") },
            Conversation = beginning.Conversation with { Project = project },
            AccessKey = accessKey,
        };
        await BeginAndEndAsync(beginning, status, attempts.Length > 0 ? attempts : [Attempt("a/one", 1, 1, null)]);
    }

    private async Task BeginAndEndAsync(TurnBeginning beginning, TurnStatus status, TurnAttempt[] attempts)
    {
        Assert.Null(await Stores.Turns.BeginAsync(beginning, Cancellation));
        var ended = beginning.Turn with { Status = status, EndedAt = Noon.AddSeconds(1), Attempts = attempts };
        Assert.True(await Stores.Turns.EndAsync(ended, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, ended.Id, 2, ended.Conversation), Cancellation));
    }
}
