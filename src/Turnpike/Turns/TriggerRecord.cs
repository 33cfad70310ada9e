namespace Turnpike.Turns;

/// <summary>A trigger that stood in the typed text, as it is kept.</summary>
/// <param name="Trigger">Namespace and method: <c>tools.activate</c>.</param>
/// <param name="Arguments">The arguments as they were typed, without quotes; named ones as <c>name=value</c>.</param>
/// <param name="Span">Where it stood in the text as typed.</param>
/// <param name="Outcome"><c>applied</c>, <c>unknown</c>, <c>invalid</c> or <c>failed</c>; all but the first stayed text.</param>
/// <param name="Sticky">Whether it also became the conversation's setting.</param>
public sealed record TriggerRecord(string Trigger, IReadOnlyList<string> Arguments, TextSpan Span, string Outcome, bool Sticky = false)
{
    /// <summary>The records with the values of secret variables hidden.</summary>
    internal static IReadOnlyList<TriggerRecord> Hidden(IReadOnlyList<TriggerRecord> records, IReadOnlyList<string> secrets) =>
        secrets.Count == 0 ? records : [.. records.Select(record => record with { Arguments = [.. record.Arguments.Select(argument => SecretText.Hide(argument, secrets))] })];
}
