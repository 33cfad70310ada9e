using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>A stretch that cleaning took out of a text: triggers, the white space that left with them, or an escaping backslash.</summary>
/// <param name="Span">Where it stood in the text as typed.</param>
/// <param name="Text">What it said.</param>
public readonly record struct TextRemoval(TextSpan Span, ReadOnlyMemory<char> Text);
