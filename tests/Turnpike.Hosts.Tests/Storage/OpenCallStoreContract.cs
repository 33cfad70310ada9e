using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of open calls promises.</summary>
public abstract class OpenCallStoreContract(StoreSet stores) : StoreContract(stores)
{
    private static readonly NodeLease Lease = new("node_2", TimeSpan.FromSeconds(15));
    private static readonly CallingTurn Caller = new() { User = "ada", Organization = "acme", Project = "docs", TimeZone = "Europe/Oslo", IsForgotten = true };

    private static OpenCall Call(string id, string kind = OpenCall.Approval, DateTimeOffset? expires = null) =>
        new() { CallId = id, Name = "book", Arguments = """{"city":"Oslo"}""", Kind = kind, Source = "turnpike", Step = 1, ExpiresAt = expires };

    private async Task<Turn> WaitAsync(params OpenCall[] calls)
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        await Stores.Log.AppendAsync(Placed(new StepCompleted { Step = 1, FinishReason = "toolCalls", Waiting = [.. calls.Select(call => call.CallId)] }, "turn_1", 2), Cancellation);
        var waiting = beginning.Turn with { Status = TurnStatus.Waiting, OpenCalls = calls };
        Assert.True(await Stores.OpenCalls.WaitAsync(waiting, [new("models", 2, [])], new() { Tokens = 7, Fallback = ["a/b"], Caller = Caller, AnswerWithin = TimeSpan.FromMinutes(10), Went = [new() { Id = "res_1", Kind = "note", Text = "N" }], Key = new() { Id = "key_1", Name = "own", Prefix = "tp_1", Scopes = ["turns"], Limits = new() { CostPerDay = 0.5m }, CreatedAt = Noon }, Tools = [new() { Name = "book", Source = "turnpike", Function = "book", Decision = ToolDecision.Ask }] }, Cancellation));
        return waiting;
    }

    [Fact]
    public async Task A_waiting_turn_is_held_by_nobody_and_no_sweep_ends_it()
    {
        await WaitAsync(Call("a"));
        Assert.Empty(await Stores.Turns.RenewAsync("node_1", ["turn_1"], Noon.AddDays(1), Cancellation));
        Assert.Empty(await Stores.Turns.SweepAsync(Noon.AddYears(1), Noon.AddYears(1), Cancellation));
        var kept = await Stores.Turns.FindAsync("turn_1", Cancellation);
        Assert.Equal((TurnStatus.Waiting, "a"), (kept!.Status, Assert.Single(kept.OpenCalls).CallId));
        Assert.Null(await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: false, Cancellation));
    }

    [Fact]
    public async Task An_answered_turn_is_claimed_once_and_swept_when_its_new_holder_goes_away()
    {
        await WaitAsync(Call("a"), Call("b", OpenCall.Client));
        Assert.False(await Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = "b", Output = JsonElement.Parse("""{"x":1}""") }], Noon, Cancellation));
        Assert.Equal("a", Assert.Single((await Stores.Turns.FindAsync("turn_1", Cancellation))!.OpenCalls).CallId);
        Assert.True(await Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = "a", Approved = true, Reason = "yes" }], Noon, Cancellation));

        var claimed = await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: false, Cancellation);
        Assert.Equal(["a", "b"], claimed!.Answers.Select(answered => answered.Call.CallId));
        Assert.Equal((true, "yes"), (claimed.Answers[0].Answer.Approved, claimed.Answers[0].Answer.Reason));
        Assert.Equal("""{"x":1}""", claimed.Answers[1].Answer.Output!.Value.GetRawText());
        Assert.Equal((7L, "a/b", ToolDecision.Ask), (claimed.State.Tokens, claimed.State.Fallback[0], claimed.State.Tools[0].Decision));
        Assert.Equal((Caller, TimeSpan.FromMinutes(10), "N"), (claimed.State.Caller, claimed.State.AnswerWithin, Assert.Single(claimed.State.Went).Text));
        Assert.Equal(("key_1", "turns", 0.5m), (claimed.State.Key!.Id, claimed.State.Key.Scopes[0], claimed.State.Key.Limits.CostPerDay));
        Assert.Null(await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: true, Cancellation));
        Assert.Equal(["turn_1"], await Stores.Turns.RenewAsync("node_2", ["turn_1"], Noon.AddSeconds(20), Cancellation));
        Assert.Equal(["turn_1"], await Stores.Turns.SweepAsync(Noon.AddSeconds(30), Noon.AddSeconds(30), Cancellation));
    }

    [Fact]
    public async Task A_call_may_have_an_id_of_any_length_and_each_is_told_from_the_others()
    {
        var random = System.Security.Cryptography.RandomNumberGenerator.GetString(@"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789\", 10_000); // some providers put what they must see again into it
        await WaitAsync(Call(random + "a"), Call(random + "b"));
        await Stores.OpenCalls.HandOverAsync("turn_1", [Call(random + "b"), Call(random + "c")], Cancellation);
        Assert.False(await Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = random + "a", Approved = true }], Noon, Cancellation));
        Assert.Equal(random + "b", Assert.Single((await Stores.Turns.FindAsync("turn_1", Cancellation))!.OpenCalls).CallId);
        await Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = random + "b", Approved = false }], Noon, Cancellation);
        Assert.Equal([random + "a", random + "b"], (await Stores.OpenCalls.AnsweredAsync("turn_1", Cancellation)).Select(answered => answered.Call.CallId));
        Assert.Equal(new(MayRun: true), await Stores.OpenCalls.BeginAsync("turn_1", new() { CallId = random + "c", Approved = true }, Noon, Cancellation));
        Assert.Equal([random + "a", random + "b"], (await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: false, Cancellation))!.Answers.Select(answered => answered.Call.CallId));
    }

    [Fact]
    public async Task A_call_whose_tool_asks_something_waits_again_for_another_answer()
    {
        var waiting = await WaitAsync(Call("a"));
        await Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = "a", Approved = true }], Noon, Cancellation);
        await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: false, Cancellation);
        var asks = Call("a", OpenCall.InputKind, Noon.AddHours(1)) with { Input = new() { Questions = new Dictionary<string, InputQuestion> { ["seat"] = new() { Message = "Which?", Schema = JsonElement.Parse("""{"type":"object"}""") } }, State = "s" } };
        Assert.True(await Stores.OpenCalls.WaitAsync(waiting with { OpenCalls = [asks] }, [], new() { AsksInput = true }, Cancellation));
        Assert.Null(await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: false, Cancellation));
        Assert.Equal(new DueCall("turn_1", "a", OpenCall.InputKind), Assert.Single(await Stores.OpenCalls.DueAsync(Noon.AddHours(2), Cancellation)));
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = "a", Approved = true }], Noon, Cancellation));

        Assert.True(await Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = "a", Output = JsonElement.Parse("""{"seat":{"action":"accept","content":{}}}""") }], Noon, Cancellation));
        var claimed = await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: false, Cancellation);
        var answered = Assert.Single(claimed!.Answers);
        Assert.Equal(("s", "Which?", true), (answered.Call.Input!.State, answered.Call.Input.Questions["seat"].Message, claimed.State.AsksInput));
        Assert.Null(answered.Answer.Approved);
    }

    [Fact]
    public async Task A_call_cut_off_by_a_crash_is_told_as_of_unknown_outcome()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        await Stores.Log.AppendAsync(Placed(new StepStarted { Step = 1, Model = "m" }, "turn_1", 2), Cancellation);
        await Stores.Log.AppendAsync(Placed(new ToolCall { CallId = "a", Name = "book", Arguments = "{}", Step = 1 }, "turn_1", 3), Cancellation);
        await Stores.Turns.SweepAsync(Noon.AddSeconds(30), Noon.AddSeconds(30), Cancellation);
        var log = await Stores.Log.ReadAsync("turn_1", 3, 10, Cancellation);
        Assert.StartsWith("outcome_unknown", Assert.Single(log.OfType<ToolResult>()).Error, StringComparison.Ordinal);
        Assert.Equal([4L, 5, 6], log.Select(happened => happened.Sequence));
        Assert.IsType<TurnInterrupted>(log[^1]);
        Assert.Equal("tool", (await Stores.Turns.FindAsync("turn_1", Cancellation))!.Messages[^1].Role.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_answers_to_one_call_that_contradict_each_other_are_refused_and_neither_counts(bool first)
    {
        await WaitAsync(Call("a"));
        CallAnswer[] both = [new() { CallId = "a", Approved = first }, new() { CallId = "a", Approved = !first }];
        await RefusedAsync(TurnErrorCode.IdempotencyConflict, () => Stores.OpenCalls.AnswerAsync("turn_1", both, Noon, Cancellation));
        Assert.Empty(await Stores.OpenCalls.AnsweredAsync("turn_1", Cancellation));
        Assert.Single((await Stores.Turns.FindAsync("turn_1", Cancellation))!.OpenCalls);
        Assert.True(await Stores.OpenCalls.AnswerAsync("turn_1", [both[0], both[0]], Noon, Cancellation));
        Assert.Equal(first, Assert.Single(await Stores.OpenCalls.AnsweredAsync("turn_1", Cancellation)).Answer.Approved);
    }

    [Fact]
    public async Task The_first_answer_counts()
    {
        await WaitAsync(Call("a"));
        CallAnswer yes = new() { CallId = "a", Approved = true };
        await Stores.OpenCalls.AnswerAsync("turn_1", [yes], Noon, Cancellation);
        Assert.True(await Stores.OpenCalls.AnswerAsync("turn_1", [yes], Noon, Cancellation));
        await RefusedAsync(TurnErrorCode.IdempotencyConflict, () => Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = "a", Approved = false }], Noon, Cancellation));
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = "b", Approved = false }], Noon, Cancellation));
        await RefusedAsync(TurnErrorCode.TurnNotFound, () => Stores.OpenCalls.AnswerAsync("turn_2", [yes], Noon, Cancellation));
        Assert.Equal(true, Assert.Single(await Stores.OpenCalls.AnsweredAsync("turn_1", Cancellation)).Answer.Approved);
    }

    [Fact]
    public async Task An_answers_pictures_are_kept_and_another_picture_is_another_answer()
    {
        await WaitAsync(Call("a", OpenCall.Client));
        var answer = Seen(1);
        Assert.True(await Stores.OpenCalls.AnswerAsync("turn_1", [answer], Noon, Cancellation));
        Assert.True(await Stores.OpenCalls.AnswerAsync("turn_1", [Seen(1)], Noon, Cancellation));
        await RefusedAsync(TurnErrorCode.IdempotencyConflict, () => Stores.OpenCalls.AnswerAsync("turn_1", [Seen(2)], Noon, Cancellation));
        await RefusedAsync(TurnErrorCode.IdempotencyConflict, () => Stores.OpenCalls.AnswerAsync("turn_1", [answer with { Parts = null }], Noon, Cancellation));
        var parts = Assert.Single((await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: false, Cancellation))!.Answers).Answer.Parts!;
        Assert.Equal(("Here:", "data:image/png;base64,AQ=="), (((TextContent)parts[0]).Text, ((DataContent)parts[1]).Uri));

        static CallAnswer Seen(byte picture) => new() { CallId = "a", Output = JsonElement.Parse("\"Here: [image/png]\""), Parts = [new TextContent("Here:"), new DataContent(new[] { picture }, "image/png")] };
    }

    [Fact]
    public async Task Calls_whose_time_has_run_out_and_turns_that_are_ready_are_due()
    {
        await WaitAsync(Call("a", expires: Noon.AddHours(1)), Call("b"));
        Assert.Empty(await Stores.OpenCalls.DueAsync(Noon, Cancellation));
        Assert.Equal([new("turn_1", "a", OpenCall.Approval)], await Stores.OpenCalls.DueAsync(Noon.AddHours(1), Cancellation));
        await Stores.OpenCalls.AnswerAsync("turn_1", [new() { CallId = "a", Approved = false }, new() { CallId = "b", Approved = false }], Noon, Cancellation);
        Assert.Equal([new("turn_1", null, null)], await Stores.OpenCalls.DueAsync(Noon.AddHours(1), Cancellation));
    }

    [Fact]
    public async Task A_turn_that_was_asked_to_end_before_it_was_kept_as_waiting_is_due_for_nothing_else()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        await Stores.Turns.RequestCancelAsync("turn_1", Cancellation);
        await Stores.Log.AppendAsync(Placed(new StepCompleted { Step = 1, FinishReason = "toolCalls", Waiting = ["a", "b"] }, "turn_1", 2), Cancellation);
        Assert.True(await Stores.OpenCalls.WaitAsync(beginning.Turn with { Status = TurnStatus.Waiting, OpenCalls = [Call("a", expires: Noon), Call("b", expires: Noon)] }, [], new(), Cancellation));
        Assert.Empty(await Stores.Turns.CancelRequestsAsync("node_1", Cancellation));
        Assert.Equal([new("turn_1", null, null) { IsCancelled = true }], await Stores.OpenCalls.DueAsync(Noon.AddHours(1), Cancellation));
        Assert.NotNull(await Stores.OpenCalls.ClaimAsync("turn_1", Lease, Noon, unanswered: true, Cancellation));
        Assert.Empty(await Stores.OpenCalls.DueAsync(Noon.AddHours(1), Cancellation));
        Assert.Equal(["turn_1"], await Stores.Turns.CancelRequestsAsync(Lease.Node, Cancellation)); // whoever took it otherwise ends it
    }

    [Fact]
    public async Task Of_calls_whose_time_has_run_out_each_is_due()
    {
        await WaitAsync(Call("a", expires: Noon), Call("b", expires: Noon));
        Assert.Equal(["a", "b"], (await Stores.OpenCalls.DueAsync(Noon.AddHours(1), Cancellation)).Select(due => due.CallId));
    }

    [Fact]
    public async Task A_call_that_was_handed_over_is_never_due()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        await Stores.OpenCalls.HandOverAsync("turn_1", [Call("a", OpenCall.Client, Noon.AddHours(1))], Cancellation);
        await EndAsync(beginning);
        Assert.Empty(await Stores.OpenCalls.DueAsync(Noon.AddHours(2), Cancellation));
    }

    [Fact]
    public async Task A_call_that_was_handed_over_runs_once_and_its_result_is_kept()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        await Stores.OpenCalls.HandOverAsync("turn_1", [Call("a")], Cancellation);
        await EndAsync(beginning);
        CallAnswer yes = new() { CallId = "a", Approved = true };
        await RefusedAsync(TurnErrorCode.IdempotencyConflict, () => Stores.OpenCalls.AnswerAsync("turn_1", [yes], Noon, Cancellation));

        Assert.Equal(new(MayRun: true), await Stores.OpenCalls.BeginAsync("turn_1", yes, Noon, Cancellation));
        Assert.Equal(new(MayRun: false), await Stores.OpenCalls.BeginAsync("turn_1", yes, Noon, Cancellation));
        await Stores.OpenCalls.FinishAsync("turn_1", "a", JsonElement.Parse("""{"callId":"a","result":"ok"}"""), Cancellation);
        Assert.Equal("""{"callId":"a","result":"ok"}""", (await Stores.OpenCalls.BeginAsync("turn_1", yes, Noon, Cancellation)).Recorded!.Value.GetRawText());
        await RefusedAsync(TurnErrorCode.IdempotencyConflict, () => Stores.OpenCalls.BeginAsync("turn_1", new() { CallId = "a", Approved = false }, Noon, Cancellation));
    }

    [Fact]
    public async Task Of_a_turn_that_is_forgotten_no_call_is_left()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        await Stores.OpenCalls.HandOverAsync("turn_1", [Call("a")], Cancellation);
        await EndAsync(beginning);
        CallAnswer yes = new() { CallId = "a", Approved = true };
        await Stores.OpenCalls.BeginAsync("turn_1", yes, Noon, Cancellation);
        Assert.Single(await Stores.OpenCalls.AnsweredAsync("turn_1", Cancellation));

        Assert.True(await Stores.Turns.ForgetAsync("turn_1", Cancellation));
        Assert.Empty(await Stores.OpenCalls.AnsweredAsync("turn_1", Cancellation));
        await Stores.OpenCalls.FinishAsync("turn_1", "a", JsonElement.Parse("{}"), Cancellation); // it ran meanwhile
        await RefusedAsync(TurnErrorCode.RequestInvalid, () => Stores.OpenCalls.BeginAsync("turn_1", yes, Noon, Cancellation));
    }
}
