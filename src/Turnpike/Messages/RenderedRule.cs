using Turnpike.Turns.Settings;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>A rule as a turn says it.</summary>
/// <param name="Placement">Where it stands.</param>
/// <param name="Text">What it says.</param>
public sealed record RenderedRule(RulePlacement Placement, string Text)
{
    /// <summary>What it says, with where each stretch came from.</summary>
    internal SourcedText Sourced { get => field ??= SourcedText.Of(Text, "rule"); init; }
}
