namespace Turnpike.Turns;

/// <summary>Money.</summary>
/// <param name="Amount">How much.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record TurnCost(decimal Amount, string Currency);
