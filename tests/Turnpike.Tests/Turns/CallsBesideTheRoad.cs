using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Usage;

namespace Turnpike.Tests.Turns;

public sealed class CallsBesideTheRoad
{
    [Fact]
    public async Task Are_kept_among_what_was_used_though_their_limit_cannot_be_settled()
    {
        using var model = new ScriptedModel().Says("Short.");
        var usage = new Kept();
        using var key = KeyScope.Enter(new() { Id = "key_1", Name = "shop", Prefix = "tp_", CreatedAt = DateTimeOffset.UnixEpoch, Limits = new() { TokensPerDay = 1000 } });
        var calls = new SideCalls(new TurnMeter(new Away(), TimeProvider.System), usage, TimeProvider.System);
        await Assert.ThrowsAsync<TurnException>(() => calls.AskAsync(new("title", null, Id: "side_1"), new("test/model", model, null), [new(Microsoft.Extensions.AI.ChatRole.User, "Name it")], null, TestContext.Current.CancellationToken));
        Assert.Equal(("side_1", "test/model", "key_1"), Assert.Single(usage.Calls) is var call ? (call.Id, call.Model, call.Key) : default);
        Assert.True(usage.Calls[0].Usage!.OutputTokens > 0);
    }

    private sealed class Kept : IUsageStore
    {
        public List<SideCall> Calls { get; } = [];

        public Task<UsageReport> SumAsync(UsageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task KeepAsync(SideCall call, CancellationToken cancellationToken)
        {
            Calls.Add(call);
            return Task.CompletedTask;
        }
    }

    /// <summary>A database that goes away behind the first question.</summary>
    private sealed class Away : IBudgetStore
    {
        public Task<BudgetPeriod?> ReserveAsync(BudgetClaim claim, CancellationToken cancellationToken) => Task.FromResult<BudgetPeriod?>(null);

        public Task PauseAsync(string turn, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task GoOnAsync(string turn, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SettleAsync(string turn, long? tokens, long? cost, bool started, CancellationToken cancellationToken) => throw new TurnException(TurnErrorCode.StorageUnavailable, "The database cannot be reached.");

        public Task<IReadOnlyList<BudgetReservation>> LeftAsync(string organization, DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<BudgetReservation>>([]);
    }
}
