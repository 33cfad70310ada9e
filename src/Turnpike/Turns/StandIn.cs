namespace Turnpike.Turns;

/// <summary>A turn composed for a model that stands in for the first.</summary>
/// <param name="Request">What it is sent.</param>
/// <param name="Tools">The tools that it is offered.</param>
/// <param name="Tokens">Estimated input tokens.</param>
/// <param name="Warnings">What a person should know of it, and of the first was not told.</param>
internal sealed record StandIn(ModelRequest Request, OfferedTools Tools, long Tokens, IReadOnlyList<TurnWarning> Warnings);
