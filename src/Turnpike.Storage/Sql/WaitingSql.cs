namespace Turnpike.Storage.Sql;

/// <summary>How words that wait get into an index.</summary>
/// <param name="First">The number of the last of the first <c>@most</c>, null when none wait, and how many those are.</param>
/// <param name="Index">Puts in those up to <c>@last</c>.</param>
/// <param name="Forget">Lets those up to <c>@last</c> wait no longer.</param>
internal sealed record WaitingSql(string First, string Index, string Forget);
