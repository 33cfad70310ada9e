using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>A typed text, read: what paints an input box, and what is run.</summary>
public sealed class ParsedText
{
    internal ParsedText(string text, IReadOnlyList<TriggerSegment> segments, IReadOnlyList<ParsedTrigger> triggers, IReadOnlyList<TriggerDiagnostic> diagnostics) =>
        (Text, Segments, Triggers, Diagnostics) = (text, segments, triggers, diagnostics);

    /// <summary>The text as typed.</summary>
    public string Text { get; }

    /// <summary>Its stretches, in order and without gaps; none when the text is empty.</summary>
    public IReadOnlyList<TriggerSegment> Segments { get; }

    /// <summary>What begins like a trigger, in order; also what is not understood, at most <see cref="TriggerSyntax.MaxTriggers"/> of those.</summary>
    public IReadOnlyList<ParsedTrigger> Triggers { get; }

    /// <summary>What is wrong, in order; at most <see cref="TriggerSyntax.MaxTriggers"/>.</summary>
    public IReadOnlyList<TriggerDiagnostic> Diagnostics { get; }

    internal static ParsedText Plain(string text) => new(text, text.Length == 0 ? [] : [new(TriggerSegmentKind.Text, new TextSpan(0, text.Length))], [], []);
}
