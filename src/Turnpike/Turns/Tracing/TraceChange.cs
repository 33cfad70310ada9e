namespace Turnpike.Turns.Tracing;

/// <summary>One thing that a station changed.</summary>
/// <param name="Path">What, as a path: <c>content</c>, <c>parameters.temperature</c>, <c>variables.city</c>, <c>tools</c>.</param>
/// <param name="Before">The value before; text, number, boolean, list of texts or JSON; null when there was none.</param>
/// <param name="After">The value after, of the same kinds.</param>
/// <param name="Source">Who changed it.</param>
/// <param name="Span">The stretch of the typed text that caused it, if one did.</param>
public sealed record TraceChange(string Path, object? Before, object? After, string Source, TextSpan? Span = null);
