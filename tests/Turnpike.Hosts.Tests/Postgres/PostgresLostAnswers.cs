using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

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

    private async Task<T> LosingAsync<T>(Func<Task<T>> work)
    {
        var before = _way.Lost;
        _way.LoseNext();
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

        Assert.True(await LosingAsync(async () =>
        {
            await conversations.AddAsync(new() { Id = "conv_9", CreatedAt = Noon, UpdatedAt = Noon }, Cancellation);
            return true;
        }));
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
