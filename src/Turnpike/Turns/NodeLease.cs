namespace Turnpike.Turns;

/// <summary>Who runs a turn, and for how long unless the lease is renewed.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Length">How long the lease lasts.</param>
public sealed record NodeLease(string Node, TimeSpan Length);
