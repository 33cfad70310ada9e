using Turnpike.Turns;

namespace Turnpike.Prompts.Variables;

/// <summary>What is wrong with the variables of a turn, by kind. All of a kind are told at once.</summary>
public sealed class VariableFaults
{
    private readonly List<VariableFault> _missing = [];
    private readonly List<VariableFault> _invalid = [];
    private readonly List<VariableFault> _undefined = [];

    /// <summary>Required variables without a value.</summary>
    public IReadOnlyList<VariableFault> Missing => _missing;
    /// <summary>Values that do not fit, or that a lock forbids.</summary>
    public IReadOnlyList<VariableFault> Invalid => _invalid;
    /// <summary>Names that nobody declares.</summary>
    public IReadOnlyList<VariableFault> Undefined => _undefined;

    internal void AddMissing(string name, string message) => _missing.Add(new(name, message, TurnErrorCode.VariableMissing.Text()));

    internal void AddInvalid(string name, string message) => _invalid.Add(new(name, message, TurnErrorCode.VariableInvalid.Text()));

    internal void AddUndefined(string name, string message) => _undefined.Add(new(name, message, TurnErrorCode.VariableUndefined.Text()));

    /// <summary>The error to stop the turn with: the code of the first kind that has faults (missing, invalid, undefined), and a message and a list that tell all of them, that kind first.</summary>
    public TurnException ToException()
    {
        var code = _missing.Count > 0 ? TurnErrorCode.VariableMissing : _invalid.Count > 0 ? TurnErrorCode.VariableInvalid : TurnErrorCode.VariableUndefined;
        VariableFault[] all = [.. _missing, .. _invalid, .. _undefined];
        return new(code, string.Join(' ', all.Select(fault => fault.Message))) { Variables = all, Field = "variables" };
    }
}
