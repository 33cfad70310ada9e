using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>A value that was typed as an argument.</summary>
/// <param name="Argument">Index of the argument it belongs to; -1 when the trigger is not understood.</param>
/// <param name="Key">The name before <c>=</c>, if one was typed.</param>
/// <param name="Text">The value, without quotes and escapes.</param>
/// <param name="Span">Where it was typed.</param>
public readonly record struct TriggerValue(int Argument, string? Key, string Text, TextSpan Span)
{
    /// <inheritdoc/>
    public override string ToString() => Key is null ? Text : $"{Key}={Text}";
}
