namespace Turnpike.Turns;

/// <summary>Something that a person should know although the turn goes on.</summary>
/// <param name="Code">A word for programs, such as <c>trigger_unknown</c> or <c>parameter_dropped</c>.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="Span">The stretch of the typed text it is about, if any.</param>
/// <param name="Station">The station that noticed it.</param>
public sealed record TurnWarning(string Code, string Message, TextSpan? Span = null, string? Station = null)
{
    /// <summary>The warnings of a turn that is kept without what could not be written of it.</summary>
    internal static IReadOnlyList<TurnWarning> OfCut(IReadOnlyList<TurnWarning> warnings) =>
        [.. warnings, new("turn_cut", "Parts of the turn could not be written, being too long or nested too deeply, and are not kept.", null, "conversations")];

    /// <summary>The warnings with the values of secret variables hidden.</summary>
    internal static IReadOnlyList<TurnWarning> Hidden(IReadOnlyList<TurnWarning> warnings, IReadOnlyList<string> secrets) =>
        secrets.Count == 0 ? warnings : [.. warnings.Select(warning => warning with { Message = SecretText.Hide(warning.Message, secrets) })];
}
