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

    internal void AddMissing(string name, string message) => _missing.Add(new(name, message));

    internal void AddInvalid(string name, string message) => _invalid.Add(new(name, message));

    internal void AddUndefined(string name, string message) => _undefined.Add(new(name, message));

    /// <summary>The error to stop the turn with: the code of the first kind that has faults (missing, invalid, undefined), and a message that tells all of them.</summary>
    public TurnException ToException()
    {
        var (code, first) = _missing.Count > 0 ? (TurnErrorCode.VariableMissing, _missing) : _invalid.Count > 0 ? (TurnErrorCode.VariableInvalid, _invalid) : (TurnErrorCode.VariableUndefined, _undefined);
        var message = string.Join(' ', _missing.Concat(_invalid).Concat(_undefined).Select(fault => fault.Message));
        return new(code, message) { Variables = first, Field = "variables" };
    }
}
