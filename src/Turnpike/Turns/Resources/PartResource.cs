namespace Turnpike.Turns.Resources;

/// <summary>Which resource a part of a kept message is.</summary>
/// <param name="Id">The resource's id.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Title">Its title.</param>
/// <param name="Policy">How long it stays. Those that stay are sent at their newest place only, so later turns leave them out of this message.</param>
public sealed record PartResource(string Id, string Kind, string? Title = null, ResourcePolicy Policy = ResourcePolicy.Once);
