namespace Turnpike.Turns;

/// <summary>One variable that stopped a turn.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Message">What is wrong with it and what is expected.</param>
public sealed record VariableFault(string Name, string Message);
