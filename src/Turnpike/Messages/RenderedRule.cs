using Turnpike.Turns.Settings;

namespace Turnpike.Messages;

/// <summary>A rule as a turn says it.</summary>
/// <param name="Placement">Where it stands.</param>
/// <param name="Text">What it says.</param>
public sealed record RenderedRule(RulePlacement Placement, string Text);
