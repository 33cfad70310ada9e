using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>A stretch of a typed text and what it is. All segments of a text, in order, are the text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Span">Where it stands.</param>
public readonly record struct TriggerSegment(TriggerSegmentKind Kind, TextSpan Span);

/// <summary>What a stretch of a typed text is.</summary>
public enum TriggerSegmentKind
{
    /// <summary>Text for the model.</summary>
    Text,
    /// <summary>A trigger that will be run.</summary>
    Trigger,
    /// <summary>Begins like a trigger and is not understood; stays text.</summary>
    Mistake,
    /// <summary>The backslash before a START that is meant literally.</summary>
    Escape,
}
