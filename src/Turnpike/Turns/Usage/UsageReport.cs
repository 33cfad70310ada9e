namespace Turnpike.Turns.Usage;

/// <summary>Tokens, money and time of the turns of a period.</summary>
/// <param name="From">The first moment that counts, UTC.</param>
/// <param name="To">The first moment that counts no more, UTC.</param>
/// <param name="By">What the rows are by.</param>
/// <param name="Data">The rows, in the order of their days, models, prompts, projects and keys.</param>
/// <param name="Total">All of it.</param>
public sealed record UsageReport(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<UsageBy> By, IReadOnlyList<UsageRow> Data, UsageRow Total);
