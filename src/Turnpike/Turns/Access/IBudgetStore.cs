namespace Turnpike.Turns.Access;

/// <summary>Counts what keys use, for all nodes and all organizations.</summary>
public interface IBudgetStore
{
    /// <summary>Counts a turn that is about to start, all of it or, when one limit does not allow it, nothing. One that is counted already is not counted again.</summary>
    /// <returns>The limit that does not allow it; null: it is counted.</returns>
    Task<BudgetPeriod?> ReserveAsync(BudgetClaim claim, CancellationToken cancellationToken);

    /// <summary>The turn runs no longer but waits for somebody: its place is free, what was reserved stays.</summary>
    Task PauseAsync(string turn, CancellationToken cancellationToken);

    /// <summary>The turn runs again after it waited: it has its place among those at the same time, whether or not one is free. Harmless when nothing was reserved for it.</summary>
    Task GoOnAsync(string turn, CancellationToken cancellationToken);

    /// <summary>Counts what the turn really used in place of what was reserved, and frees its place. Harmless when nothing was reserved for it.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="tokens">The tokens it used.</param>
    /// <param name="cost">What it cost, in billionths of the currency; null: unknown, what was reserved stays.</param>
    /// <param name="started">False: it never started, and does not count at all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task SettleAsync(string turn, long? tokens, long? cost, bool started, CancellationToken cancellationToken);

    /// <summary>What was reserved before a moment and is not settled, for turns of one organization: of those that still run or wait, and of those that nobody settled at their end.</summary>
    /// <param name="organization">The organization.</param>
    /// <param name="before">The moment, UTC.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>In the order of the turns' ids. Those of which an older program did not note the organization are told to all.</returns>
    Task<IReadOnlyList<BudgetReservation>> LeftAsync(string organization, DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>What is reserved for a turn and not settled.</summary>
/// <param name="Turn">The turn's id.</param>
/// <param name="Organization">Whose turn it is; null: it was not noted.</param>
/// <param name="Runs">Whether it holds a place among the turns that run.</param>
public sealed record BudgetReservation(string Turn, string? Organization, bool Runs);

/// <summary>What a turn may use.</summary>
/// <param name="Turn">The turn's id.</param>
/// <param name="Key">The key's id.</param>
/// <param name="Tokens">Tokens, as far as they can be foreseen.</param>
/// <param name="Cost">Money, in billionths of the currency.</param>
/// <param name="Periods">The limits, in the order in which they are held against.</param>
public sealed record BudgetClaim(string Turn, string Key, long Tokens, long Cost, IReadOnlyList<BudgetPeriod> Periods)
{
    /// <summary>The organization whose turn it is. Default: that of this flow of calls.</summary>
    public string Organization { get; init; } = OrganizationScope.Current;

    /// <summary>When it is reserved, UTC.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>The limits of one period of time.</summary>
/// <param name="Name">Such as <c>day:2026-11-21</c>; <see cref="Running"/> for turns at the same time.</param>
/// <param name="Requests">The most turns.</param>
/// <param name="Tokens">The most tokens.</param>
/// <param name="Cost">The most money, in billionths of the currency.</param>
public sealed record BudgetPeriod(string Name, long Requests, long Tokens, long Cost)
{
    /// <summary>The name of no period of time, but of what runs at this moment.</summary>
    public const string Running = "running";
}
