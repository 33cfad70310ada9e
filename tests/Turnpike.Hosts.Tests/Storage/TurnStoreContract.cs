using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of turns promises.</summary>
public abstract class TurnStoreContract(StoreSet stores) : StoreContract(stores)
{
    [Fact]
    public async Task A_turn_and_its_conversation_are_kept_before_the_model_is_asked()
    {
        var beginning = Beginning("turn_1");
        Assert.Null(await Stores.Turns.BeginAsync(beginning, Cancellation));

        var turn = await Stores.Turns.FindAsync("turn_1", Cancellation);
        Assert.Equal((TurnStatus.Running, "Question of turn_1", Noon), (turn!.Status, turn.Content, turn.CreatedAt));
        Assert.Equal("Question of turn_1", Assert.Single(turn.Messages).Text);
        Assert.Equal("turn_1", (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Head);
        Assert.IsType<TurnStarted>(Assert.Single(await Stores.Log.ReadAsync("turn_1", 0, 100, Cancellation)));
        Assert.Equal("""{"model":"builtin/echo"}""", Encoding.UTF8.GetString((await Stores.Turns.RequestAsync("turn_1", Cancellation))!.Value.Span));
    }

    [Fact]
    public async Task Those_of_a_conversation_that_run_or_wait_are_found_newest_first()
    {
        await CompleteAsync(Beginning("turn_1"));
        await Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_1", isNew: false), Cancellation);
        var queued = Beginning("turn_3").Turn with { Status = TurnStatus.Queued, Messages = [], CreatedAt = Noon.AddSeconds(1) };
        Assert.Null(await Stores.Turns.EnqueueAsync(new() { Turn = queued, Submitted = "{}"u8.ToArray(), Node = "node_1", LeaseUntil = Noon.AddSeconds(15) }, Cancellation));
        await Stores.Turns.BeginAsync(Beginning("turn_9", conversation: "conv_2"), Cancellation);
        Assert.Equal(["turn_3", "turn_2"], await Stores.Turns.OpenAsync("conv_1", Cancellation));
        Assert.Empty(await Stores.Turns.OpenAsync("conv_none", Cancellation));
    }

    [Fact]
    public async Task A_fork_has_its_own_turns_at_a_place_and_those_that_it_goes_on_from()
    {
        await CompleteAsync(Beginning("turn_1"));
        foreach (var (id, conversation, parent) in ((string, string, string?)[])[("turn_2", "conv_1", "turn_1"), ("turn_2b", "conv_1", "turn_1"), ("turn_2c", "conv_2", "turn_1"), ("turn_3", "conv_2", "turn_2"), ("turn_1b", "conv_2", null), ("turn_1c", "conv_1", null)])
            await CompleteAsync(Beginning(id, conversation, parent, isNew: id == "turn_2c") with { OnHead = false });
        var fork = new Conversation { Id = "conv_2", ForkedFrom = "turn_2" };
        Assert.Equal("turn_1: turn_1 turn_1b · turn_2: turn_2 turn_2c · turn_3: turn_3", await SiblingsAsync(fork, "turn_3"));
        Assert.Equal("turn_1: turn_1 turn_1b · turn_2c: turn_2 turn_2c", await SiblingsAsync(fork, "turn_2c"));
        Assert.Equal("turn_1b: turn_1 turn_1b", await SiblingsAsync(fork, "turn_1b"));
        Assert.Equal("turn_1: turn_1 turn_1c · turn_2: turn_2 turn_2b", await SiblingsAsync(new() { Id = "conv_1" }, "turn_2"));
    }

    private async Task<string> SiblingsAsync(Conversation conversation, string newest) => string.Join(" · ", (await Stores.Turns.SiblingsAsync(conversation, newest, 10, Cancellation))
        .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {string.Join(' ', pair.Value)}"));

    [Fact]
    public async Task Everything_that_a_turn_is_made_of_comes_back()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        var ended = beginning.Turn with
        {
            Status = TurnStatus.Failed,
            CleanedContent = "cleaned",
            Answer = "An answer 😀",
            Usage = new() { InputTokens = 3, CachedTokens = 1, OutputTokens = 2 },
            Cost = new(0.0000123m, "USD"),
            Model = "openai/gpt-5",
            Prompt = new("summarize", 7, "abc"),
            Parameters = new() { Temperature = 0.2 },
            Variables = Variables("""{"city": "Paris"}"""),
            Tools = ["search"],
            Triggers = [new("tools.activate", ["search"], new(0, 9), "applied")],
            Warnings = [new("trigger_unknown", "Which?", new(1, 2), "triggers")],
            Attempts =
            [
                new() { Step = 1, Attempt = 1, Model = "openai/gpt-5", Status = TurnStatus.Failed, Error = new("provider_error", "502", true), Milliseconds = 12.5 },
                new() { Step = 1, Attempt = 1, Model = "openai/gpt-5", Status = TurnStatus.Completed, Usage = new() { InputTokens = 3, OutputTokens = 2, Estimated = true }, Price = new() { Input = 1m, Output = 2m }, Cost = new(0.0000123m, "USD"), Milliseconds = 20, TimeToFirstToken = 5 },
            ],
            Error = new("provider_error", "502", true),
            EndedAt = Noon.AddSeconds(3),
            TimeToFirstToken = 5,
            Messages = [.. beginning.Turn.Messages, new(ChatRole.Assistant, [new TextContent("An answer 😀"), new FunctionCallContent("call_1", "search", new Dictionary<string, object?> { ["q"] = "x" })])],
        };
        Assert.True(await Stores.Turns.EndAsync(ended, [], Placed(new TurnFailed { Code = "provider_error", Message = "502" }, "turn_1", 2), Cancellation));

        var kept = await Stores.Turns.FindAsync("turn_1", Cancellation);
        Assert.Equal(Json(ended), Json(kept!));
    }

    [Fact]
    public async Task A_turn_that_is_unknown_is_null()
    {
        Assert.Null(await Stores.Turns.FindAsync("turn_x", Cancellation));
        Assert.Null(await Stores.Turns.RequestAsync("turn_x", Cancellation));
        Assert.Null(await Stores.Turns.TraceAsync("turn_x", Cancellation));
        Assert.Empty(await Stores.Turns.PathAsync("turn_x", 10, Cancellation));
        Assert.False(await EndAsync(Beginning("turn_x")));
    }

    [Fact]
    public async Task A_turn_ends_once()
    {
        var beginning = Beginning("turn_1");
        await CompleteAsync(beginning);

        Assert.False(await Stores.Turns.EndAsync(beginning.Turn with { Status = TurnStatus.Cancelled }, [], Placed(new TurnCancelled(), "turn_1", 3), Cancellation));

        Assert.Equal(TurnStatus.Completed, (await Stores.Turns.FindAsync("turn_1", Cancellation))!.Status);
        Assert.Equal(2, (await Stores.Log.ReadAsync("turn_1", 0, 100, Cancellation)).Count);
    }

    [Fact]
    public async Task An_end_that_leaves_a_gap_in_the_log_is_refused_and_changes_nothing()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);

        await RefusedAsync(TurnErrorCode.StorageUnavailable, () => EndAsync(beginning, sequence: 3));

        Assert.Equal(TurnStatus.Running, (await Stores.Turns.FindAsync("turn_1", Cancellation))!.Status);
        Assert.Single(await Stores.Log.ReadAsync("turn_1", 0, 100, Cancellation));
    }

    [Fact]
    public async Task A_turn_may_be_kept_that_never_ran()
    {
        var given = Beginning("turn_1");
        await Stores.Turns.BeginAsync(given with { Turn = given.Turn with { Status = TurnStatus.Completed } }, Cancellation);
        Assert.Empty(await Stores.Turns.SweepAsync(Noon.AddDays(1), Noon.AddDays(1), Cancellation));
        Assert.Null(await Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_1", isNew: false), Cancellation));
    }

    [Fact]
    public async Task A_path_has_the_newest_turns_oldest_first()
    {
        await CompleteAsync(Beginning("turn_1"));
        for (var i = 2; i <= 5; i++) await CompleteAsync(Beginning($"turn_{i}", parent: $"turn_{i - 1}", isNew: false));

        Assert.Equal(["turn_1", "turn_2", "turn_3", "turn_4"], (await Stores.Turns.PathAsync("turn_4", 100, Cancellation)).Select(turn => turn.Id));
        Assert.Equal(["turn_4", "turn_5"], (await Stores.Turns.PathAsync("turn_5", 2, Cancellation)).Select(turn => turn.Id));
        Assert.Equal("Answer of turn_5", (await Stores.Turns.PathAsync("turn_5", 1, Cancellation))[0].Answer);
    }

    [Fact]
    public async Task A_path_goes_on_into_the_conversation_it_was_forked_from()
    {
        await CompleteAsync(Beginning("turn_1"));
        await CompleteAsync(Beginning("turn_2", "conv_2", parent: "turn_1") with { OnHead = false });
        Assert.Equal(["turn_1", "turn_2"], (await Stores.Turns.PathAsync("turn_2", 10, Cancellation)).Select(turn => turn.Id));
    }

    [Fact]
    public async Task A_trace_is_kept_whatever_values_it_holds_and_its_end_replaces_its_beginning()
    {
        var beginning = Beginning("turn_1");
        var first = new TraceStation("opening", 1.5, [new("content", "a", "b", "request"), new("parameters.temperature", null, 0.2, "trigger", new(0, 4)), new("tools", (string[])["a"], new List<string> { "a", "b" }, "prompt"), new("cost", 1.5m, 2L, "x")]);
        await Stores.Turns.BeginAsync(beginning with { Trace = [first] }, Cancellation);
        Assert.Equal("""[{"station":"opening","milliseconds":1.5,"changes":[{"path":"content","before":"a","after":"b","source":"request"},{"path":"parameters.temperature","before":null,"after":0.2,"source":"trigger","span":{"start":0,"end":4}},{"path":"tools","before":["a"],"after":["a","b"],"source":"prompt"},{"path":"cost","before":1.5,"after":2,"source":"x"}]}]""", await TraceAsync());

        await Stores.Turns.EndAsync(beginning.Turn with { Status = TurnStatus.Completed }, [first, new("models", 2, [])], Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_1", 2), Cancellation);
        Assert.Equal(2, JsonDocument.Parse(await TraceAsync()).RootElement.GetArrayLength());

        async Task<string> TraceAsync() => Encoding.UTF8.GetString((await Stores.Turns.TraceAsync("turn_1", Cancellation))!.Value.Span);
    }

    [Fact]
    public async Task A_large_request_comes_back_byte_for_byte()
    {
        var request = JsonSerializer.SerializeToUtf8Bytes(Enumerable.Range(0, 20_000).Select(i => $"message {i}"));
        await Stores.Turns.BeginAsync(Beginning("turn_1") with { Request = request }, Cancellation);
        Assert.Equal(request, (await Stores.Turns.RequestAsync("turn_1", Cancellation))!.Value.ToArray());
    }

    [Fact]
    public async Task Leases_are_renewed_for_running_turns_of_the_same_node_only()
    {
        await CompleteAsync(Beginning("turn_1", "conv_1"));
        await Stores.Turns.BeginAsync(Beginning("turn_2", "conv_2"), Cancellation);
        await Stores.Turns.BeginAsync(Beginning("turn_3", "conv_3") with { Node = "node_2" }, Cancellation);

        Assert.Equal(["turn_2"], await Stores.Turns.RenewAsync("node_1", ["turn_1", "turn_2", "turn_3", "turn_x"], Noon.AddHours(1), Cancellation));

        Assert.Equal(["turn_3"], await Stores.Turns.SweepAsync(Noon.AddMinutes(1), Noon.AddMinutes(1), Cancellation));
    }

    [Fact]
    public async Task A_turn_is_interrupted_by_its_nodes_name_or_when_its_lease_ran_out_and_once()
    {
        await CompleteAsync(Beginning("turn_1", "conv_1"));
        await Stores.Turns.BeginAsync(Beginning("turn_2", "conv_2"), Cancellation);
        await Stores.Turns.BeginAsync(Beginning("turn_3", "conv_3") with { Node = "node_2" }, Cancellation);
        Assert.Equal(["turn_2"], await Stores.Turns.OfNodeAsync("node_1", Cancellation));
        Assert.Equal(["turn_2", "turn_3"], (await Stores.Turns.LapsedAsync(Noon.AddMinutes(1), Cancellation)).Order());
        Assert.False(await Stores.Turns.InterruptAsync("turn_3", DateTimeOffset.UnixEpoch, "node_1", _ => null, Noon, Cancellation));
        Assert.False(await Stores.Turns.InterruptAsync("turn_3", Noon, null, _ => null, Noon, Cancellation));
        Assert.False(await Stores.Turns.InterruptAsync("turn_1", Noon.AddDays(1), "node_1", _ => null, Noon, Cancellation));
        Assert.True(await Stores.Turns.InterruptAsync("turn_2", DateTimeOffset.UnixEpoch, "node_1", _ => null, Noon, Cancellation));
        Assert.True(await Stores.Turns.InterruptAsync("turn_3", Noon.AddMinutes(1), null, _ => null, Noon, Cancellation));
        Assert.False(await Stores.Turns.InterruptAsync("turn_3", Noon.AddMinutes(1), null, _ => null, Noon, Cancellation));
        Assert.Empty(await Stores.Turns.LapsedAsync(Noon.AddDays(1), Cancellation));
    }

    [Fact]
    public async Task A_turn_whose_node_went_away_ends_as_interrupted_with_what_it_had_said()
    {
        var beginning = Beginning("turn_1");
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        var sequence = 1;
        foreach (var happened in (TurnEvent[])
        [
            new StepStarted { Step = 1, Model = "m" }, new ReasoningDelta { Text = "Hm.", Step = 1 }, new TextDelta { Text = "I look ", Step = 1, Block = 1 }, new TextDelta { Text = "it up.", Step = 1, Block = 1 },
            new ToolCall { CallId = "call_1", Name = "search", Arguments = """{"q":"x"}""", Step = 1 }, new ToolCall { CallId = "call_2", Name = "search", Arguments = "{", Step = 1 },
            new ToolResult { CallId = "call_1", Result = JsonSerializer.SerializeToElement("found") }, new UsageReported { Step = 1, Usage = new() { InputTokens = 5, OutputTokens = 7 } },
            new StepStarted { Step = 2, Model = "m" }, new TextDelta { Text = "It is 4", Step = 2, Block = 2 },
        ]) await Stores.Log.AppendAsync(Placed(happened, "turn_1", ++sequence), Cancellation);

        Assert.Empty(await Stores.Turns.SweepAsync(Noon.AddSeconds(15), Noon.AddSeconds(15), Cancellation));
        Assert.Equal(["turn_1"], await Stores.Turns.SweepAsync(Noon.AddSeconds(16), Noon.AddSeconds(20), Cancellation));
        Assert.Empty(await Stores.Turns.SweepAsync(Noon.AddSeconds(16), Noon.AddSeconds(20), Cancellation));

        var kept = (await Stores.Turns.FindAsync("turn_1", Cancellation))!;
        Assert.Equal((TurnStatus.Interrupted, "I look it up.\n\nIt is 4", 9L, Noon.AddSeconds(20)), (kept.Status, kept.Answer, kept.Usage.OutputTokens, kept.EndedAt));
        Assert.Equal([(1, TurnStatus.Completed, false, 7L), (2, TurnStatus.Interrupted, true, 2L)], kept.Attempts.Select(attempt => (attempt.Step, attempt.Status, attempt.Usage!.Estimated, attempt.Usage.OutputTokens)));
        Assert.Equal("user,assistant,tool,assistant", string.Join(',', kept.Messages.Select(message => message.Role.Value)));
        Assert.Equal(["call_1", "call_2"], kept.Messages[1].Contents.OfType<FunctionCallContent>().Select(call => call.CallId));
        Assert.Equal("Hm.", Assert.Single(kept.Messages[1].Contents.OfType<TextReasoningContent>()).Text);
        var ending = await Stores.Log.ReadAsync("turn_1", 11, 10, Cancellation);
        Assert.Equal([("usage", 12L, Noon.AddSeconds(20)), ("turn.interrupted", 13L, Noon.AddSeconds(20))], ending.Select(happened => (happened.Type, happened.Sequence, happened.At)));
        Assert.False(await EndAsync(beginning, 13));
    }

    private static string Json(Turn turn) => JsonSerializer.Serialize(turn, Turnpike.Turns.Json.TurnpikeJson.Relaxed.Turn);

    [Fact]
    public async Task An_id_of_a_client_names_what_it_named_first_within_its_owner()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1") with { ExternalIds = [new("key_1", ExternalKinds.UserMessage, "u1", "turn_1")] }, Cancellation);
        await EndAsync(Beginning("turn_1"));
        await Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_1", isNew: false) with { ExternalIds = [new("key_1", ExternalKinds.UserMessage, "u1", "turn_2"), new("key_2", ExternalKinds.UserMessage, "u1", "turn_2")] }, Cancellation);
        Assert.Equal("turn_1", await Stores.Turns.FindExternalAsync("key_1", ExternalKinds.UserMessage, "u1", Cancellation));
        Assert.Equal("turn_2", await Stores.Turns.FindExternalAsync("key_2", ExternalKinds.UserMessage, "u1", Cancellation));
        Assert.Null(await Stores.Turns.FindExternalAsync("key_1", ExternalKinds.Run, "u1", Cancellation));
    }

    [Fact]
    public async Task An_id_of_a_client_is_free_again_when_what_it_named_is_gone()
    {
        await CompleteAsync(Beginning("turn_1") with { ExternalIds = [new("key_1", ExternalKinds.Conversation, "chat", "conv_1"), new("key_1", ExternalKinds.UserMessage, "u1", "turn_1"), new("key_1", ExternalKinds.Run, "lost", "turn_none")] });
        await CompleteAsync(Beginning("turn_2", "conv_2") with { ExternalIds = [new("key_1", ExternalKinds.Conversation, "other", "conv_2")] });
        Assert.True(await Stores.Conversations.DeleteAsync("conv_1", Cancellation));
        Assert.Null(await Stores.Turns.FindExternalAsync("key_1", ExternalKinds.Conversation, "chat", Cancellation));
        Assert.Null(await Stores.Turns.FindExternalAsync("key_1", ExternalKinds.UserMessage, "u1", Cancellation));
        Assert.Equal("conv_2", await Stores.Turns.FindExternalAsync("key_1", ExternalKinds.Conversation, "other", Cancellation));

        await CompleteAsync(Beginning("turn_3", "conv_3") with { ExternalIds = [new("key_1", ExternalKinds.Conversation, "chat", "conv_3"), new("key_1", ExternalKinds.Run, "lost", "turn_3")] });
        await CompleteAsync(Beginning("turn_4", "conv_3", "turn_3", isNew: false) with { ExternalIds = [new("key_1", ExternalKinds.Conversation, "other", "conv_3")] });
        Assert.Equal("conv_3", await Stores.Turns.FindExternalAsync("key_1", ExternalKinds.Conversation, "chat", Cancellation));
        Assert.Equal("conv_2", await Stores.Turns.FindExternalAsync("key_1", ExternalKinds.Conversation, "other", Cancellation));
        Assert.Equal("turn_3", await Stores.Turns.FindExternalAsync("key_1", ExternalKinds.Run, "lost", Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // by the node that found it left behind
    public async Task Of_a_turn_that_is_not_to_be_stored_the_end_leaves_no_content_however_it_ends(bool isSwept)
    {
        var given = Beginning("turn_0");
        given = given with { Turn = given.Turn with { Store = false, Content = "what came with it", Status = TurnStatus.Completed, Given = true, EndedAt = Noon }, Rest = [Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_0", 2)] };
        var beginning = Beginning("turn_1", parent: "turn_0", isNew: false);
        beginning = beginning with { Turn = beginning.Turn with { Store = false, Content = "a secret" }, Before = given };
        await Stores.Turns.BeginAsync(beginning, Cancellation);
        Assert.Equal("what came with it", (await Stores.Turns.FindAsync("turn_0", Cancellation))!.Content);
        if (isSwept) Assert.Equal(["turn_1"], await Stores.Turns.SweepAsync(beginning.LeaseUntil.AddMinutes(1), beginning.LeaseUntil.AddMinutes(1), Cancellation));
        else await EndAsync(beginning);
        var turn = (await Stores.Turns.FindAsync("turn_1", Cancellation))!;
        Assert.Equal((true, "", 0), (turn.Forgotten, turn.Content, turn.Messages.Count));
        var before = (await Stores.Turns.FindAsync("turn_0", Cancellation))!;
        Assert.Equal((true, "", 0), (before.Forgotten, before.Content, before.Messages.Count));
        Assert.True(Assert.Single(await Stores.Log.ReadAsync("turn_1", 0, 10, Cancellation)).IsFinal);
        Assert.Equal("{}", Encoding.UTF8.GetString((await Stores.Turns.RequestAsync("turn_1", Cancellation))!.Value.Span));
    }

    [Fact]
    public async Task A_forgotten_turn_keeps_its_usage_and_its_last_event_only()
    {
        Assert.False(await Stores.Turns.ForgetAsync("turn_1", Cancellation));
        await Stores.Turns.BeginAsync(Beginning("turn_1") with { Submitted = """{"content":"as sent"}"""u8.ToArray() }, Cancellation);
        Assert.False(await Stores.Turns.ForgetAsync("turn_1", Cancellation));
        await EndAsync(Beginning("turn_1"));
        Assert.True(await Stores.Turns.ForgetAsync("turn_1", Cancellation));
        var turn = (await Stores.Turns.FindAsync("turn_1", Cancellation))!;
        Assert.Equal((true, "", "", 0, TurnStatus.Completed), (turn.Forgotten, turn.Content, turn.Answer, turn.Messages.Count, turn.Status));
        Assert.IsType<TurnCompleted>(Assert.Single(await Stores.Log.ReadAsync("turn_1", 0, 10, Cancellation)));
        Assert.Null(await Stores.Turns.SubmittedAsync("turn_1", Cancellation));
        Assert.Equal("{}", Encoding.UTF8.GetString((await Stores.Turns.RequestAsync("turn_1", Cancellation))!.Value.Span));
    }
}
