using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of budgets tells of what is reserved and not settled.</summary>
public abstract class ReservationsContract(StoreSet stores) : StoreContract(stores)
{
    [Fact]
    public async Task What_was_reserved_before_a_moment_is_told_to_its_organization_until_it_is_settled()
    {
        var budgets = Stores.Get<IBudgetStore>();
        BudgetPeriod day = new("day:2025-01-31", 10, 100, 1000), running = new(BudgetPeriod.Running, 10, long.MaxValue, long.MaxValue);
        foreach (var (turn, minutes) in ((string, int)[])[("turn_2", 0), ("turn_1", 1), ("turn_3", 2)]) Assert.Null(await budgets.ReserveAsync(new(turn, "key_1", 1, 1, [running, day]) { At = Noon.AddMinutes(minutes) }, Cancellation));
        using (OrganizationScope.Enter("acme")) Assert.Null(await budgets.ReserveAsync(new("turn_4", "key_2", 1, 1, [day]) { At = Noon }, Cancellation));
        await budgets.PauseAsync("turn_1", Cancellation);

        Assert.Equal([new("turn_1", OrganizationScope.Default, Runs: false), new("turn_2", OrganizationScope.Default, Runs: true)], await budgets.LeftAsync(OrganizationScope.Default, Noon.AddMinutes(2), Cancellation));
        Assert.Equal("turn_4", Assert.Single(await budgets.LeftAsync("acme", Noon.AddHours(1), Cancellation)).Turn);
        Assert.Empty(await budgets.LeftAsync("acme", Noon, Cancellation));
        await budgets.SettleAsync("turn_2", null, null, started: true, Cancellation);
        Assert.Equal(["turn_1", "turn_3"], (await budgets.LeftAsync(OrganizationScope.Default, Noon.AddHours(1), Cancellation)).Select(left => left.Turn));
    }
}
