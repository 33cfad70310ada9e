namespace Turnpike.Turns;

/// <summary>One variable that stopped a turn.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Message">What is wrong with it and what is expected.</param>
/// <param name="Code">What kind of fault it is: <c>variable_missing, variable_invalid, variable_undefined</c>; null: as the error says.</param>
public sealed record VariableFault(string Name, string Message, string? Code = null);
