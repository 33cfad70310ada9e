using System.Globalization;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Access;

/// <summary>
/// Holds turns against the limits of their key: before a turn is saved, what it may use is counted as used; when it has ended, what it used. Turns without a key,
/// and keys without limits, cost nothing here.
/// </summary>
public sealed class TurnMeter(IBudgetStore store, TimeProvider time)
{
    /// <summary>The output tokens that count as used for a turn that does not say how many it wants.</summary>
    public const int ForeseenOutput = 256;

    private const decimal Billion = 1_000_000_000m;
    private const long MostTokens = 1_000 * TokenCounts.Most, MostBillionths = 10_000_000_000_000_000; // of one turn, so that what a key used in a month still fits

    /// <summary>Counts a turn that is about to start.</summary>
    /// <returns>Whether something was counted, and must be settled.</returns>
    /// <exception cref="TurnException"><c>rate_limited</c> for a minute or turns at the same time, <c>budget_exceeded</c> for a day or a month; with the time after which it heals.</exception>
    public async Task<bool> ReserveAsync(PreparedTurn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return await ReserveAsync(turn.Draft.Id, turn.Model, turn.Tokens, turn.Request.Parameters.MaxOutputTokens ?? ForeseenOutput, takesPlace: true, cancellationToken);
    }

    /// <summary>Counts a call of a model beside the road, such as one that writes a summary, as a turn. Only the place of a turn among those that run it takes none.</summary>
    /// <param name="id">What it is settled by.</param>
    /// <param name="model">The model that is about to be asked.</param>
    /// <param name="tokens">The input tokens, estimated.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Whether something was counted, and must be settled.</returns>
    /// <exception cref="TurnException"><c>rate_limited, budget_exceeded</c>.</exception>
    public Task<bool> ReserveAsync(string id, ChosenModel model, long tokens, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ReserveAsync(id, model, tokens, ForeseenOutput, takesPlace: false, cancellationToken);
    }

    /// <summary>Counts a call of a tool outside any turn: as a turn without tokens, which takes no place among those that run.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>rate_limited, budget_exceeded</c>.</exception>
    public async Task CountAsync(string id, CancellationToken cancellationToken)
    {
        if (await ReserveAsync(id, null, 0, 0, takesPlace: false, cancellationToken)) await store.SettleAsync(id, 0, 0, started: true, CancellationToken.None);
    }

    private async Task<bool> ReserveAsync(string id, ChosenModel? model, long tokens, long output, bool takesPlace, CancellationToken cancellationToken)
    {
        if (KeyScope.Current is not { Limits: { IsNone: false } limits } key) return false;
        var now = time.GetUtcNow();
        var periods = Periods(takesPlace ? limits : limits with { Concurrency = null }, now);
        if (periods.Count == 0) return false;
        var claim = new BudgetClaim(id, key.Id, Tokens(tokens, output), model is null ? 0 : Used(Cost(model, tokens, output) ?? 0), periods) { At = now };
        return await store.ReserveAsync(claim, cancellationToken) is not { } full ? true : throw (Alone(key, claim, full) ?? Refused(key, full, now));
    }

    /// <summary>A turn that was counted did not start after all.</summary>
    public Task UndoAsync(string turn) => store.SettleAsync(turn, 0, 0, started: false, CancellationToken.None);

    /// <summary>A turn that waited for somebody runs again: it has its place back.</summary>
    public Task GoOnAsync(string turn) => store.GoOnAsync(turn, CancellationToken.None);

    /// <summary>Counts what a turn used; one that waits for somebody only frees its place.</summary>
    public Task SettleAsync(Turn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return turn.HasEnded
            ? store.SettleAsync(turn.Id, Tokens(turn.Usage.InputTokens, turn.Usage.OutputTokens), Money(turn), started: true, CancellationToken.None)
            : store.PauseAsync(turn.Id, CancellationToken.None);
    }

    /// <summary>Counts what a call of a model beside the road used.</summary>
    /// <param name="id">What it was counted by.</param>
    /// <param name="model">The model that was asked.</param>
    /// <param name="usage">What it says it used; null, or what no request can use: it did not say, so what was reserved stays.</param>
    public Task SettleAsync(string id, ChosenModel model, UsageDetails? usage)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (TokenCounts.Reported(usage) is not { } used) return SettleAsync(id);
        return store.SettleAsync(id, Tokens(used.InputTokens, used.OutputTokens), Prices.Cost(model.Info?.Price, used) is { } cost ? Used(cost.Amount) : null, started: true, CancellationToken.None);
    }

    /// <summary>What a turn cost; null when nobody knows: then what was reserved stays. One that used nothing, for its provider refused it or none was asked, cost nothing.</summary>
    private static long? Money(Turn turn) => turn.Cost is { } cost ? Used(cost.Amount) : turn.Usage == TurnUsage.None ? 0 : null;

    /// <summary>A turn was left behind by its node, and nothing is known of what it used: what was reserved stays counted, its place is free.</summary>
    public Task SettleAsync(string turn) => store.SettleAsync(turn, null, null, started: true, CancellationToken.None);

    /// <summary>What was reserved before a moment for turns of the organization of this flow of calls, and is not settled.</summary>
    internal Task<IReadOnlyList<BudgetReservation>> LeftAsync(DateTimeOffset before, CancellationToken cancellationToken) => store.LeftAsync(OrganizationScope.Current, before, cancellationToken);

    private static decimal? Cost(ChosenModel model, long input, long output) => model.Info?.Price is { } price ? (input * price.Input + output * price.Output) / 1_000_000m : null;

    private static List<BudgetPeriod> Periods(KeyLimits limits, DateTimeOffset now)
    {
        var periods = new List<BudgetPeriod>(4);
        if (limits.Concurrency is { } places) periods.Add(new(BudgetPeriod.Running, places, long.MaxValue, long.MaxValue));
        Add("minute", "yyyy-MM-ddTHH:mm", limits.RequestsPerMinute, limits.TokensPerMinute, null);
        Add("day", "yyyy-MM-dd", limits.RequestsPerDay, limits.TokensPerDay, limits.CostPerDay);
        Add("month", "yyyy-MM", limits.RequestsPerMonth, limits.TokensPerMonth, limits.CostPerMonth);
        return periods;

        void Add(string name, string format, long? requests, long? tokens, decimal? cost)
        {
            if (requests is null && tokens is null && cost is null) return;
            periods.Add(new($"{name}:{now.UtcDateTime.ToString(format, CultureInfo.InvariantCulture)}", requests ?? long.MaxValue, tokens ?? long.MaxValue, cost is { } money ? Billionths(money) : long.MaxValue));
        }
    }

    /// <summary>The refusal of what is more than a whole limit, which no time heals; null: it is not.</summary>
    private static TurnException? Alone(AccessKey key, BudgetClaim claim, BudgetPeriod full)
    {
        var name = full.Name.Split(':')[0];
        var code = name is "minute" or BudgetPeriod.Running ? TurnErrorCode.RateLimited : TurnErrorCode.BudgetExceeded;
        if (full.Requests < 1) return new(code, $"The key \"{key.Name}\" may start no turns: its limit {(name == BudgetPeriod.Running ? "of turns at the same time" : $"of turns in a {name}")} is 0. Have it raised, or use another key; waiting does not help.");
        if (claim.Tokens <= full.Tokens && claim.Cost <= full.Cost) return null;
        var what = claim.Tokens > full.Tokens ? $"{claim.Tokens} tokens" : Money(claim.Cost);
        return new(code, $"This would use about {what}, which is more than the key \"{key.Name}\" may use in a whole {name}: {Limits(full)}. Send less or ask for fewer \"maxOutputTokens\", or have the key's limit raised; waiting does not help.");
    }

    private static TurnException Refused(AccessKey key, BudgetPeriod full, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        var name = full.Name.Split(':')[0];
        var (code, pause, what) = name switch
        {
            BudgetPeriod.Running => (TurnErrorCode.RateLimited, TimeSpan.FromSeconds(1), $"runs {full.Requests} turns already, which is the most at the same time"),
            "minute" => (TurnErrorCode.RateLimited, TimeSpan.FromSeconds(60 - now.Second), "has used up what it may in a minute"),
            "day" => (TurnErrorCode.BudgetExceeded, today.AddDays(1) - now, "has used up its budget of the day"),
            _ => (TurnErrorCode.BudgetExceeded, today.AddDays(1 - now.Day).AddMonths(1) - now, "has used up its budget of the month"),
        };
        return new(code, $"The key \"{key.Name}\" {what}: {Limits(full)}. Try again in {Words(pause)}, or have the key's limit raised.") { RetryAfter = pause };
    }

    private static string Limits(BudgetPeriod full) => string.Join(", ", ((string?[])
    [
        full.Requests < long.MaxValue ? $"{full.Requests} turns" : null,
        full.Tokens < long.MaxValue ? $"{full.Tokens} tokens" : null,
        full.Cost < long.MaxValue ? Money(full.Cost) : null,
    ]).OfType<string>());

    private static string Money(long billionths) => string.Create(CultureInfo.InvariantCulture, $"{billionths / Billion:0.#########} of money");

    private static string Words(TimeSpan pause) => pause.TotalHours >= 2 ? $"{Math.Ceiling(pause.TotalHours)} hours" : pause.TotalMinutes >= 2 ? $"{Math.Ceiling(pause.TotalMinutes)} minutes" : $"{Math.Ceiling(pause.TotalSeconds)} s";

    private static long Tokens(long input, long output) => Math.Clamp(input, 0, MostTokens / 2) + Math.Clamp(output, 0, MostTokens / 2);

    private static long Used(decimal money) => Math.Min(Billionths(Math.Max(money, 0)), MostBillionths);

    private static long Billionths(decimal money) => money >= 9_000_000_000m ? 9_000_000_000_000_000_000 : (long)Math.Ceiling(money * Billion);
}
