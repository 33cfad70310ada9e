using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Files;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>What happens when the connection breaks after a commit and before its answer: the work is done again, and finds itself done.</summary>
public sealed class PostgresLostAnswers : PostgresTests, IAsyncDisposable
{
    private readonly LossyWay _way;
    private readonly ServiceProvider _node;

    public PostgresLostAnswers()
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        _way = new(settings.Port);
        settings.Port = _way.Port;
        _node = Open(settings.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _way.Dispose();
    }

    private Task<bool> LosingAsync(Func<Task> work, int commit = 1) => LosingAsync(async () =>
    {
        await work();
        return true;
    }, commit);

    private async Task<T> LosingAsync<T>(Func<Task<T>> work, int commit = 1)
    {
        var before = _way.Lost;
        _way.Lose(commit);
        var result = await work();
        Assert.Equal(before + 1, _way.Lost);
        return result;
    }

    [Fact]
    public async Task A_turn_that_was_begun_is_run_and_ended_by_whoever_began_it()
    {
        var (turns, conversations) = (_node.GetRequiredService<ITurnStore>(), _node.GetRequiredService<IConversationStore>());
        var first = Beginning("turn_1") with { IdempotencyKey = "key", RequestHash = "hash" };
        Assert.Null(await LosingAsync(() => turns.BeginAsync(first, Cancellation)));
        Assert.True(await LosingAsync(async () =>
        {
            await _node.GetRequiredService<ITurnLog>().AppendAsync(Placed(new TextDelta { Text = "Said." }, "turn_1", 2), Cancellation);
            await turns.RequestCancelAsync("turn_1", Cancellation);
            return true;
        }));
        Assert.Equal(["turn_1"], await turns.RenewAsync("node_1", ["turn_1"], Noon.AddMinutes(1), Cancellation));
        Assert.True(await EndAsync(turns, "turn_1", 3));

        var next = Beginning("turn_2") with { IsNewConversation = false, OnHead = true };
        next = next with { Turn = next.Turn with { Conversation = "conv_turn_1", Parent = "turn_1" }, Conversation = first.Conversation with { Head = "turn_2" } };
        Assert.Null(await LosingAsync(() => turns.BeginAsync(next, Cancellation)));
        Assert.Equal(("turn_2", 2L), ((await conversations.FindAsync("conv_turn_1", Cancellation))!.Head, Ask("SELECT count(*) FROM turns")));

        await LosingAsync(() => conversations.AddAsync(new() { Id = "conv_9", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation));
        Assert.Equal(TurnErrorCode.ConversationBusy, (await Assert.ThrowsAsync<TurnException>(() => conversations.AddAsync(new() { Id = "conv_9", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation))).Code);
    }

    [Fact]
    public async Task A_turn_that_was_claimed_goes_on_and_is_claimed_by_nobody_else()
    {
        var (turns, calls) = (_node.GetRequiredService<ITurnStore>(), _node.GetRequiredService<IOpenCallStore>());
        var beginning = Beginning("turn_1");
        await turns.BeginAsync(beginning, Cancellation);
        OpenCall call = new() { CallId = "a", Name = "book", Arguments = "{}", Kind = OpenCall.Approval, Source = "turnpike", Step = 1 };
        Assert.True(await calls.WaitAsync(beginning.Turn with { Status = TurnStatus.Waiting, OpenCalls = [call] }, [], new() { Tokens = 7 }, Cancellation));
        Assert.True(await calls.AnswerAsync("turn_1", [new() { CallId = "a", Approved = true }], Noon, Cancellation));
        var lease = new NodeLease("node_2", TimeSpan.FromSeconds(15));

        var claimed = await LosingAsync(() => calls.ClaimAsync("turn_1", lease, Noon, unanswered: false, Cancellation));
        Assert.Equal((7L, true), (claimed!.State.Tokens, Assert.Single(claimed.Answers).Answer.Approved));
        Assert.Null(await calls.ClaimAsync("turn_1", lease, Noon, unanswered: false, Cancellation));
        Assert.Equal(["turn_1"], await turns.RenewAsync("node_2", ["turn_1"], Noon.AddMinutes(1), Cancellation));
    }

    [Fact]
    public async Task A_key_is_made_once_and_after_its_rotation_the_secret_before_still_counts()
    {
        var keys = _node.GetRequiredService<IKeyStore>();
        await LosingAsync(() => keys.AddAsync(new(new() { Id = "key_1", Name = "shop", Prefix = "tp_a", CreatedAt = Noon }, "old"), Cancellation));
        var rotated = await LosingAsync(() => keys.UpdateAsync("key_1", kept => kept with { Hash = "new", OldHash = kept.Hash, OldUntil = Noon.AddHours(1) }, Cancellation));
        Assert.Equal(("new", "old"), (rotated!.Hash, rotated.OldHash));
        var kept = Assert.Single(await keys.AllAsync(Cancellation));
        Assert.Equal(("new", "old", Noon.AddHours(1)), (kept.Hash, kept.OldHash, kept.OldUntil));
        var audit = _node.GetRequiredService<IAuditLog>();
        var entries = (await audit.ReadAsync(0, 100, Cancellation)).Count;
        await LosingAsync(() => audit.AppendAsync(new() { At = Noon, Who = "ann", Action = "rotateKey", Target = "/api/keys/key_1", Status = 200, Request = "r" }, Cancellation));
        Assert.Equal(entries + 1, (await audit.ReadAsync(0, 100, Cancellation)).Count);
    }

    [Fact]
    public async Task What_is_saved_with_the_number_it_follows_does_not_meet_itself()
    {
        var (prompts, drafts) = (_node.GetRequiredService<IPromptStore>(), _node.GetRequiredService<IPromptDrafts>());
        Assert.Equal(1, (await LosingAsync(() => prompts.SaveAsync(new() { Key = "a", Body = "one" }, 0, Cancellation))).Version);
        Assert.Equal(2, (await LosingAsync(() => prompts.SaveAsync(new() { Key = "a", Body = "two" }, 1, Cancellation))).Version);
        Assert.Equal(1, (await LosingAsync(() => drafts.SaveAsync(new() { Key = "a", Prompt = new() { Key = "a", Body = "three" } }, 0, Cancellation))).Revision);
        Assert.Equal(2, (await LosingAsync(() => drafts.SaveAsync(new() { Key = "a", Prompt = new() { Key = "a", Body = "four" } }, 1, Cancellation))).Revision);
        Assert.Equal([2, 1], (await prompts.VersionsAsync("a", Cancellation)).Select(version => version.Version));
        Assert.True(await LosingAsync(() => drafts.DeleteAsync("a", null, Cancellation)));
    }

    [Fact]
    public async Task What_is_added_changed_and_deleted_is_so_once()
    {
        var (conversations, settings) = (_node.GetRequiredService<IConversationStore>(), _node.GetRequiredService<ISettingsStore>());
        await conversations.AddAsync(new() { Id = "conv_1", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation);
        Assert.Equal("x", (await LosingAsync(() => conversations.UpdateAsync("conv_1", now => now with { Title = now.Title + "x" }, Cancellation)))!.Title);
        Assert.Equal("x", (await conversations.FindAsync("conv_1", Cancellation))!.Title);
        Assert.True(await LosingAsync(() => conversations.DeleteAsync("conv_1", Cancellation)));

        var rule = await LosingAsync(() => settings.SaveRuleAsync(new() { Name = "r", Content = "C" }, Cancellation));
        var project = await LosingAsync(() => settings.SaveProjectAsync(new() { Name = "p" }, Cancellation));
        Assert.Equal((rule.Id, project.Id), (Assert.Single((await settings.ListRulesAsync(new(), Cancellation)).Data).Id, Assert.Single((await settings.ListProjectsAsync(new(), Cancellation)).Data).Id));

        var files = _node.GetRequiredService<IFileStore>();
        var file = await LosingAsync(() => files.AddAsync(new() { Name = "a.txt" }, new MemoryStream("Hi"u8.ToArray()), Cancellation), commit: 2); // after that of its bytes
        Assert.Equal(file.Id, Assert.Single((await files.ListAsync(new(), Cancellation)).Data).Id);

        await LosingAsync(() => _node.GetRequiredService<IUsageStore>().KeepAsync(new() { Id = "side_1", Kind = "title", Model = "a/b", CreatedAt = Noon }, Cancellation));
        Assert.Equal(1L, Ask("SELECT count(*) FROM side_calls"));
    }

    [Fact]
    public async Task What_was_reserved_for_a_turn_counts_once()
    {
        var budgets = _node.GetRequiredService<IBudgetStore>();
        BudgetPeriod running = new(BudgetPeriod.Running, 2, long.MaxValue, long.MaxValue);
        Assert.Null(await LosingAsync(() => budgets.ReserveAsync(new("turn_1", "key_1", 1, 1, [running]), Cancellation)));
        Assert.Null(await budgets.ReserveAsync(new("turn_2", "key_1", 1, 1, [running]), Cancellation));
        Assert.NotNull(await budgets.ReserveAsync(new("turn_3", "key_1", 1, 1, [running]), Cancellation));
        await budgets.SettleAsync("turn_1", 1, 1, started: true, Cancellation);
        Assert.Null(await budgets.ReserveAsync(new("turn_3", "key_1", 1, 1, [running]), Cancellation));
    }
}
