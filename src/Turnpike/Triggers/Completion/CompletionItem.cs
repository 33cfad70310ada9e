using Turnpike.Turns;

namespace Turnpike.Triggers.Completion;

/// <summary>Something to offer to somebody who types a trigger.</summary>
/// <param name="Label">What is shown.</param>
/// <param name="InsertText">What is inserted.</param>
/// <param name="Span">What the insertion replaces.</param>
/// <param name="Detail">One line about it.</param>
public sealed record CompletionItem(string Label, string InsertText, TextSpan Span, string? Detail);
