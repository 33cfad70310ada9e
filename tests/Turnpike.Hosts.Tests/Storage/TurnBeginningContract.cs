using System.Text;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store promises when a turn begins.</summary>
public abstract class TurnBeginningContract(StoreSet stores) : StoreContract(stores)
{
    [Fact]
    public async Task What_is_sent_can_be_kept_anew_until_the_turn_has_ended()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);
        Assert.True(await Stores.Turns.KeepRequestAsync("turn_1", "{\"model\":\"two\"}"u8.ToArray(), Cancellation));
        await Stores.Turns.EndAsync(Beginning("turn_1").Turn with { Status = TurnStatus.Completed }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_1", 2), Cancellation);
        Assert.False(await Stores.Turns.KeepRequestAsync("turn_1", "{}"u8.ToArray(), Cancellation));
        Assert.False(await Stores.Turns.KeepRequestAsync("turn_x", "{}"u8.ToArray(), Cancellation));
        Assert.Equal("{\"model\":\"two\"}", Encoding.UTF8.GetString((await Stores.Turns.RequestAsync("turn_1", Cancellation))!.Value.Span));
    }

    [Fact]
    public async Task A_second_turn_on_a_running_branch_is_refused()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1"), Cancellation);

        await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_1", isNew: false), Cancellation));
        await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_1", isNew: false) with { OnHead = false }, Cancellation));

        Assert.Null(await Stores.Turns.FindAsync("turn_2", Cancellation));
        Assert.Equal("turn_1", (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Head);
    }

    [Fact]
    public async Task A_turn_whose_head_moved_while_it_was_prepared_is_refused()
    {
        await CompleteAsync(Beginning("turn_1"));
        await CompleteAsync(Beginning("turn_2", parent: "turn_1", isNew: false));

        await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Turns.BeginAsync(Beginning("turn_3", parent: "turn_1", isNew: false), Cancellation));
        await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Turns.BeginAsync(Beginning("turn_3"), Cancellation));
    }

    [Fact]
    public async Task A_branch_may_start_at_an_older_turn_and_becomes_the_shown_one()
    {
        await CompleteAsync(Beginning("turn_1"));
        await CompleteAsync(Beginning("turn_2", parent: "turn_1", isNew: false));

        Assert.Null(await Stores.Turns.BeginAsync(Beginning("turn_3", parent: "turn_1", isNew: false) with { OnHead = false }, Cancellation));

        Assert.Equal("turn_3", (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Head);
        Assert.Equal(["turn_1", "turn_3"], (await Stores.Turns.PathAsync("turn_3", 10, Cancellation)).Select(turn => turn.Id));
    }

    [Fact]
    public async Task The_request_of_a_turn_that_waits_in_a_queue_is_kept_until_that_of_its_beginning_takes_its_place()
    {
        await CompleteAsync(Beginning("turn_1"));
        var next = Beginning("turn_2", parent: "turn_1", isNew: false);
        Assert.Null(await Stores.Turns.EnqueueAsync(new() { Turn = next.Turn with { Status = TurnStatus.Queued, Parent = null, Messages = [] }, Submitted = """{"content":"as queued"}"""u8.ToArray(), Node = "node_1", LeaseUntil = Noon.AddSeconds(15) }, Cancellation));

        Assert.Equal("""{"content":"as queued"}"""u8.ToArray(), (await Stores.Turns.SubmittedAsync("turn_2", Cancellation))!.Value.ToArray());
        Assert.False(await Stores.Turns.RequestAsync("turn_2", Cancellation) is { Length: > 0 });

        Assert.Null(await Stores.Turns.BeginAsync(next with { IsQueued = true, Submitted = """{"content":"as begun"}"""u8.ToArray() }, Cancellation));
        Assert.Equal("""{"content":"as begun"}"""u8.ToArray(), (await Stores.Turns.SubmittedAsync("turn_2", Cancellation))!.Value.ToArray());
        Assert.Equal("""{"model":"builtin/echo"}"""u8.ToArray(), (await Stores.Turns.RequestAsync("turn_2", Cancellation))!.Value.ToArray());
    }

    [Fact]
    public async Task Turns_of_a_conversation_or_parent_that_are_gone_are_refused()
    {
        await RefusedAsync(TurnErrorCode.ConversationNotFound, () => Stores.Turns.BeginAsync(Beginning("turn_1", isNew: false), Cancellation));
        await CompleteAsync(Beginning("turn_1"));
        await RefusedAsync(TurnErrorCode.TurnNotFound, () => Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_x", isNew: false) with { OnHead = false }, Cancellation));
    }

    [Fact]
    public async Task The_same_idempotency_key_and_request_give_the_first_turn()
    {
        var first = Beginning("turn_1") with { IdempotencyKey = "key", RequestHash = "hash" };
        Assert.Null(await Stores.Turns.BeginAsync(first, Cancellation));

        Assert.Equal("turn_1", await Stores.Turns.BeginAsync(Beginning("turn_2", "conv_2") with { IdempotencyKey = "key", RequestHash = "hash" }, Cancellation));

        Assert.Null(await Stores.Turns.FindAsync("turn_2", Cancellation));
        Assert.Null(await Stores.Conversations.FindAsync("conv_2", Cancellation));
    }

    [Fact]
    public async Task A_beginning_whose_commit_was_not_heard_of_is_kept_once_when_it_is_asked_for_again()
    {
        var first = Beginning("turn_1") with { IdempotencyKey = "key", RequestHash = "hash" };
        var branch = Beginning("turn_3", parent: "turn_1", isNew: false) with { OnHead = false };
        var queued = Beginning("turn_4", parent: "turn_3", isNew: false) with { IsQueued = true };
        QueuedTurn waiting = new() { Turn = queued.Turn with { Status = TurnStatus.Queued, Parent = null, Messages = [] }, IdempotencyKey = "other", RequestHash = "hash", Submitted = "{}"u8.ToArray(), Node = "node_1", LeaseUntil = Noon.AddSeconds(15) };
        foreach (var beginning in (TurnBeginning[])[first, Beginning("turn_2", parent: "turn_1", isNew: false), branch, queued])
        {
            if (beginning.IsQueued)
            {
                Assert.Null(await Stores.Turns.EnqueueAsync(waiting, Cancellation));
                Assert.Null(await Stores.Turns.EnqueueAsync(waiting, Cancellation));
            }
            Assert.Null(await Stores.Turns.BeginAsync(beginning, Cancellation));
            Assert.Null(await Stores.Turns.BeginAsync(beginning, Cancellation));
            await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Turns.BeginAsync(beginning with { Turn = beginning.Turn with { Id = "turn_x", Parent = beginning.Turn.Id }, IsNewConversation = false, IsQueued = false, IdempotencyKey = null }, Cancellation));
            Assert.Single(await Stores.Log.ReadAsync(beginning.Turn.Id, 0, 10, Cancellation));
            Assert.True(await EndAsync(beginning));
        }
        Assert.Equal(["turn_1", "turn_2", "turn_3", "turn_4"], (await Stores.Turns.AllAsync("conv_1", Cancellation)).Select(turn => turn.Id).Order(StringComparer.Ordinal));
        await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Turns.BeginAsync(first, Cancellation)); // it has ended since
    }

    [Fact]
    public async Task A_turn_that_ended_before_it_is_kept_with_it_or_neither_is()
    {
        await CompleteAsync(Beginning("turn_1"));
        var given = Beginning("turn_2", parent: "turn_1", isNew: false);
        given = given with { Turn = given.Turn with { Status = TurnStatus.Completed, Given = true, EndedAt = Noon }, Rest = [Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_2", 2)] };
        var turn = Beginning("turn_3", parent: "turn_2", isNew: false) with { Before = given, IdempotencyKey = "key", RequestHash = "hash" };

        await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Turns.BeginAsync(turn with { Before = given with { Turn = given.Turn with { Parent = null } } }, Cancellation));
        Assert.Null(await Stores.Turns.FindAsync("turn_2", Cancellation));

        Assert.Null(await Stores.Turns.BeginAsync(turn, Cancellation));
        Assert.Null(await Stores.Turns.BeginAsync(turn, Cancellation)); // its commit was not heard of
        Assert.Equal(["turn_1", "turn_2", "turn_3"], (await Stores.Turns.PathAsync("turn_3", 10, Cancellation)).Select(kept => kept.Id));
        Assert.Equal("turn_3", (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Head);
        Assert.Equal(2, (await Stores.Log.ReadAsync("turn_2", 0, 10, Cancellation)).Count);

        var again = Beginning("turn_5", parent: "turn_4", isNew: false) with { Before = given with { Turn = given.Turn with { Id = "turn_4" } }, IdempotencyKey = "key", RequestHash = "hash" };
        Assert.Equal("turn_3", await Stores.Turns.BeginAsync(again, Cancellation));
        Assert.Null(await Stores.Turns.FindAsync("turn_4", Cancellation));
    }

    [Fact]
    public async Task The_turn_of_an_idempotency_key_is_found()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1") with { IdempotencyKey = "key", RequestHash = "hash" }, Cancellation);
        Assert.Equal(new("turn_1", "hash"), await Stores.Turns.FindByKeyAsync("key", Cancellation));
        Assert.Null(await Stores.Turns.FindByKeyAsync("other", Cancellation));
    }

    [Fact]
    public async Task One_conversation_begins_under_an_id_of_a_client()
    {
        Assert.Null(await Stores.Turns.BeginAsync(Named("turn_1", "conv_1"), Cancellation));
        var given = Beginning("turn_2", "conv_2");
        given = given with { Turn = given.Turn with { Status = TurnStatus.Completed, Given = true, EndedAt = Noon }, Rest = [Placed(new TurnCompleted { Usage = TurnUsage.None }, "turn_2", 2, "conv_2")] };
        foreach (var second in (TurnBeginning[])[Named("turn_2", "conv_2"), Named("turn_3", "conv_2") with { Turn = Beginning("turn_3", "conv_2", "turn_2").Turn, IsNewConversation = false, Before = given }])
        {
            await RefusedAsync(TurnErrorCode.ConversationBusy, () => Stores.Turns.BeginAsync(second, Cancellation));
            Assert.Null(await Stores.Turns.FindAsync(second.Turn.Id, Cancellation));
            Assert.Null(await Stores.Conversations.FindAsync("conv_2", Cancellation));
        }
        Assert.Equal("conv_1", await Stores.Turns.FindExternalAsync("ann", ExternalKinds.Conversation, "chat", Cancellation));

        Assert.True(await EndAsync(Beginning("turn_1")));
        Assert.True(await Stores.Conversations.DeleteAsync("conv_1", Cancellation));
        Assert.Null(await Stores.Turns.BeginAsync(Named("turn_2", "conv_2"), Cancellation));
        Assert.Equal("conv_2", await Stores.Turns.FindExternalAsync("ann", ExternalKinds.Conversation, "chat", Cancellation));
    }

    [Fact]
    public async Task Of_many_conversations_that_begin_at_once_under_an_id_of_a_client_one_does()
    {
        var results = await Task.WhenAll(Enumerable.Range(1, 16).Select(async i =>
        {
            try
            {
                await Stores.Turns.BeginAsync(Named($"turn_{i}", $"conv_{i}"), Cancellation);
                return (TurnErrorCode?)null;
            }
            catch (TurnException refused)
            {
                return refused.Code;
            }
        }));
        Assert.Single(results, (TurnErrorCode?)null);
        Assert.Equal(15, results.Count(code => code == TurnErrorCode.ConversationBusy));
        Assert.Equal(await Stores.Turns.FindExternalAsync("ann", ExternalKinds.Conversation, "chat", Cancellation), Assert.Single((await Stores.Conversations.ListAsync(new(), Cancellation)).Data).Id);
    }

    private static TurnBeginning Named(string turn, string conversation) => Beginning(turn, conversation) with { ExternalIds = [new("ann", ExternalKinds.Conversation, "chat", conversation)] };

    [Fact]
    public async Task The_same_idempotency_key_with_another_request_is_refused()
    {
        await Stores.Turns.BeginAsync(Beginning("turn_1") with { IdempotencyKey = "key", RequestHash = "hash" }, Cancellation);
        await RefusedAsync(TurnErrorCode.IdempotencyConflict, () => Stores.Turns.BeginAsync(Beginning("turn_2", "conv_2") with { IdempotencyKey = "key", RequestHash = "other" }, Cancellation));
    }

    [Theory]
    [InlineData("5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", true)] // as programs kept it that knew one form
    [InlineData("3:abc", true)]
    [InlineData("2:abc", false)]
    public async Task A_request_that_was_hashed_in_another_form_under_its_key_is_the_same_one(string kept, bool isSame)
    {
        await CompleteAsync(Beginning("turn_0"));
        await Stores.Turns.BeginAsync(Beginning("turn_1", "conv_2") with { IdempotencyKey = "key", RequestHash = kept }, Cancellation);
        QueuedTurn queued = new() { Turn = Beginning("turn_3").Turn with { Status = TurnStatus.Queued, Messages = [] }, IdempotencyKey = "key", RequestHash = "2:def", Submitted = "{}"u8.ToArray(), Node = "node_1", LeaseUntil = Noon.AddSeconds(15) };
        Task<string?> Begin() => Stores.Turns.BeginAsync(Beginning("turn_2", "conv_3") with { IdempotencyKey = "key", RequestHash = "2:def" }, Cancellation);
        Task<string?> Enqueue() => Stores.Turns.EnqueueAsync(queued, Cancellation);
        if (isSame) Assert.Equal(("turn_1", "turn_1"), (await Begin(), await Enqueue()));
        else foreach (var begin in (Func<Task<string?>>[])[Begin, Enqueue]) await RefusedAsync(TurnErrorCode.IdempotencyConflict, begin);
    }

    [Fact]
    public async Task Of_two_turns_sent_at_once_on_one_branch_one_is_refused()
    {
        await CompleteAsync(Beginning("turn_0"));
        var results = await Task.WhenAll(Enumerable.Range(1, 16).Select(async i =>
        {
            try
            {
                await Stores.Turns.BeginAsync(Beginning($"turn_{i}", parent: "turn_0", isNew: false), Cancellation);
                return (TurnErrorCode?)null;
            }
            catch (TurnException refused)
            {
                return refused.Code;
            }
        }));
        Assert.Single(results, (TurnErrorCode?)null);
        Assert.Equal(15, results.Count(code => code == TurnErrorCode.ConversationBusy));
    }

    [Fact]
    public async Task What_others_changed_while_a_turn_was_prepared_stays()
    {
        await CompleteAsync(Beginning("turn_1"));
        var opened = (await Stores.Conversations.UpdateAsync("conv_1", now => now with { Title = "Old", Model = "a/b", Variables = Variables("""{"city": "Paris", "day": "today", "gone": 1}""") }, Cancellation))!;
        await Stores.Conversations.UpdateAsync("conv_1", now => now with { Title = "New", Variables = Variables("""{"city": "Rome", "day": "today", "gone": 1}""") }, Cancellation);
        var next = Beginning("turn_2", parent: "turn_1", isNew: false);

        await Stores.Turns.BeginAsync(next with { Opened = opened, Conversation = opened with { Head = "turn_2", Model = "c/d", Variables = Variables("""{"city": "Paris", "day": "tomorrow"}""") } }, Cancellation);

        var kept = (await Stores.Conversations.FindAsync("conv_1", Cancellation))!;
        Assert.Equal(("New", "c/d", "turn_2"), (kept.Title, kept.Model, kept.Head));
        Assert.Equal("""city=Rome,day=tomorrow""", string.Join(',', kept.Variables.OrderBy(value => value.Key).Select(value => $"{value.Key}={value.Value}")));
    }

    [Fact]
    public async Task What_no_turn_changes_is_as_others_left_it_while_the_turn_was_prepared()
    {
        await CompleteAsync(Beginning("turn_1"));
        var opened = (await Stores.Conversations.FindAsync("conv_1", Cancellation))!;
        var metadata = JsonSerializer.SerializeToElement("demo");
        await Stores.Conversations.UpdateAsync("conv_1", now => now with { Metadata = metadata, HiddenItems = ["msg_1"], HiddenParts = ["turn_1/0/0"], Starred = true }, Cancellation);

        await Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_1", isNew: false) with { Opened = opened, Conversation = opened with { Head = "turn_2", Title = "New" } }, Cancellation);

        var kept = (await Stores.Conversations.FindAsync("conv_1", Cancellation))!;
        Assert.Equal(("turn_2", "New", "demo", true), (kept.Head, kept.Title, kept.Metadata?.GetString(), kept.Starred));
        Assert.Equal(["msg_1", "turn_1/0/0"], [.. kept.HiddenItems, .. kept.HiddenParts]);
    }

    [Fact]
    public async Task A_conversation_that_was_closed_while_a_turn_was_prepared_does_not_go_on()
    {
        await CompleteAsync(Beginning("turn_1"));
        var opened = (await Stores.Conversations.FindAsync("conv_1", Cancellation))!;
        await Stores.Conversations.UpdateAsync("conv_1", now => now with { Closed = true }, Cancellation);

        await RefusedAsync(TurnErrorCode.ConversationNotFound, () => Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_1", isNew: false) with { Opened = opened, Conversation = opened with { Head = "turn_2" } }, Cancellation));

        Assert.True((await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Closed);
        Assert.Null(await Stores.Turns.FindAsync("turn_2", Cancellation));
    }

    [Fact]
    public async Task A_turn_pins_its_prompt_and_the_next_one_leaves_it_pinned()
    {
        var prompt = new Prompt { Key = "summarize", Version = 3, Id = "pmpt_1", Messages = [new() { Role = "system", Content = [new() { Type = "text", Text = "Be short." }] }] };
        var first = Beginning("turn_1");
        await CompleteAsync(first with { Conversation = first.Conversation with { Prompt = prompt } });
        var opened = (await Stores.Conversations.FindAsync("conv_1", Cancellation))!;
        await Stores.Turns.BeginAsync(Beginning("turn_2", parent: "turn_1", isNew: false) with { Opened = opened, Conversation = opened with { Head = "turn_2" } }, Cancellation);

        var kept = (await Stores.Conversations.FindAsync("conv_1", Cancellation))!.Prompt!;
        Assert.Equal(("summarize", 3, "pmpt_1", PromptHash.Of(prompt)), (kept.Key, kept.Version, kept.Id, PromptHash.Of(kept)));
    }
}
