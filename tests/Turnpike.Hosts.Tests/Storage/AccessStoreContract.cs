using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>What every store of keys, of what they use and of who did what promises.</summary>
public abstract class AccessStoreContract(StoreSet stores) : StoreContract(stores)
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_key_comes_back_as_it_was_kept_and_every_change_is_a_new_revision()
    {
        var keys = Stores.Get<IKeyStore>();
        var before = await keys.RevisionAsync(Cancellation);
        await keys.AddAsync(new(new() { Id = "key_1", Name = "shop", Prefix = "tp_ab", User = "ann", Scopes = ["run"], Models = ["m*"], CreatedAt = At, ExpiresAt = At.AddDays(1) }, "hash"), Cancellation);
        var added = await keys.RevisionAsync(Cancellation);
        Assert.True(added > before);
        var changed = await keys.UpdateAsync("key_1", kept => kept with { Hash = "new", OldHash = kept.Hash, OldUntil = At.AddHours(1), Key = kept.Key with { RotatedAt = At } }, Cancellation);
        Assert.True(await keys.RevisionAsync(Cancellation) > added);
        Assert.Null(await keys.UpdateAsync("key_2", kept => kept, Cancellation));
        var kept = Assert.Single(await keys.AllAsync(Cancellation));
        Assert.Equal(("shop", "tp_ab", "ann", "new", "hash", At.AddHours(1), At.AddDays(1)), (kept.Key.Name, kept.Key.Prefix, kept.Key.User, kept.Hash, kept.OldHash, kept.OldUntil, kept.Key.ExpiresAt));
        Assert.Equal((changed!.Hash, "run", "m*", At), (kept.Hash, kept.Key.Scopes[0], kept.Key.Models![0], kept.Key.RotatedAt));
    }

    [Fact]
    public async Task What_a_turn_may_use_counts_from_its_beginning_and_what_it_used_from_its_end()
    {
        var budgets = Stores.Get<IBudgetStore>();
        BudgetPeriod day = new("day:2026-11-21", 10, 100, 1000), running = new(BudgetPeriod.Running, 1, long.MaxValue, long.MaxValue);
        Assert.Null(await budgets.ReserveAsync(new("turn_1", "key_1", 60, 600, [running, day]), Cancellation));
        Assert.Equal(BudgetPeriod.Running, (await budgets.ReserveAsync(new("turn_2", "key_1", 10, 10, [running, day]), Cancellation))?.Name);
        await budgets.PauseAsync("turn_1", Cancellation);
        Assert.Equal(day.Name, (await budgets.ReserveAsync(new("turn_2", "key_1", 60, 10, [running, day]), Cancellation))?.Name);
        await budgets.SettleAsync("turn_1", 20, null, started: true, Cancellation);
        Assert.Null(await budgets.ReserveAsync(new("turn_2", "key_1", 60, 10, [running, day]), Cancellation));
        await budgets.SettleAsync("turn_2", 0, 0, started: false, Cancellation);
        Assert.Null(await budgets.ReserveAsync(new("turn_3", "key_1", 80, 400, [running, day]), Cancellation));
        Assert.Null(await budgets.ReserveAsync(new("turn_4", "key_2", 80, 400, [running, day]), Cancellation));
    }

    [Fact]
    public async Task A_turn_that_goes_on_has_its_place_again_even_when_none_is_free()
    {
        var budgets = Stores.Get<IBudgetStore>();
        BudgetPeriod running = new(BudgetPeriod.Running, 1, long.MaxValue, long.MaxValue);
        Assert.Null(await budgets.ReserveAsync(new("turn_1", "key_1", 60, 600, [running]), Cancellation));
        await budgets.PauseAsync("turn_1", Cancellation);
        Assert.Null(await budgets.ReserveAsync(new("turn_2", "key_1", 60, 600, [running]), Cancellation));
        await budgets.GoOnAsync("turn_1", Cancellation);
        await budgets.GoOnAsync("turn_1", Cancellation);
        await budgets.GoOnAsync("turn_0", Cancellation);
        await budgets.SettleAsync("turn_2", 0, 0, started: true, Cancellation);
        Assert.NotNull(await budgets.ReserveAsync(new("turn_3", "key_1", 60, 600, [running]), Cancellation));
        await budgets.SettleAsync("turn_1", 0, 0, started: true, Cancellation);
        Assert.Null(await budgets.ReserveAsync(new("turn_3", "key_1", 60, 600, [running]), Cancellation));
    }

    [Fact]
    public async Task A_turn_whose_claim_was_not_heard_of_counts_once_when_it_is_claimed_again()
    {
        foreach (var budgets in (IBudgetStore[])[Stores.Get<IBudgetStore>(), new InMemoryBudgetStore()])
        {
            BudgetPeriod day = new("day:2026-11-21", 2, 100, 1000), running = new(BudgetPeriod.Running, 2, long.MaxValue, long.MaxValue);
            foreach (var turn in (string[])["turn_1", "turn_1", "turn_1", "turn_2", "turn_2"]) Assert.Null(await budgets.ReserveAsync(new(turn, "key_1", 50, 10, [running, day]), Cancellation));
            await budgets.SettleAsync("turn_1", 0, 0, started: false, Cancellation);
            Assert.Null(await budgets.ReserveAsync(new("turn_3", "key_1", 50, 10, [running, day]), Cancellation));
            Assert.NotNull(await budgets.ReserveAsync(new("turn_4", "key_1", 1, 1, [running, day]), Cancellation));
        }
    }

    [Fact]
    public async Task Limits_hold_when_many_claim_at_once()
    {
        var budgets = Stores.Get<IBudgetStore>();
        BudgetPeriod minute = new("minute:2026-11-21T12:00", 5, long.MaxValue, long.MaxValue);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => budgets.ReserveAsync(new($"turn_{i}", "key_1", 1, 1, [minute]), Cancellation))));
        Assert.Equal(5, answers.Count(answer => answer is null));
    }

    [Fact]
    public async Task The_audit_log_is_read_from_any_entry_in_the_order_in_which_it_was_written()
    {
        var audit = Stores.Get<IAuditLog>();
        for (var i = 1; i <= 3; i++) await audit.AppendAsync(new() { At = At.AddSeconds(i), Who = "ann", Key = "key_1", Action = "savePrompt", Target = $"/api/prompts/{i}", Status = 200, Request = $"r{i}" }, Cancellation);
        var first = await audit.ReadAsync(0, 2, Cancellation);
        Assert.Equal(["/api/prompts/1", "/api/prompts/2"], first.Select(entry => entry.Target));
        Assert.Equal(["/api/prompts/3"], (await audit.ReadAsync(first[^1].Number, 10, Cancellation)).Select(entry => entry.Target));
        using (OrganizationScope.Enter("other")) Assert.Empty(await audit.ReadAsync(0, 10, Cancellation));
    }
}
