using Turnpike.Turns;

namespace Turnpike.Prompts.Variables;

/// <summary>What is wrong with the variables of a turn, by kind. All of a kind are told at once.</summary>
public sealed class VariableFaults
{
    private const int Most = 50, LongestName = 200, LongestMessage = 1000; // that are told: an answer is for somebody to read
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

    /// <summary>The error to stop the turn with: the code of the first kind that has faults (missing, invalid, undefined), and a message and a list that tell them, that kind first, 50 at most.</summary>
    public TurnException ToException()
    {
        var code = _missing.Count > 0 ? TurnErrorCode.VariableMissing : _invalid.Count > 0 ? TurnErrorCode.VariableInvalid : TurnErrorCode.VariableUndefined;
        return ToException(code, [.. _missing, .. _invalid, .. _undefined], "variables");
    }

    /// <summary>The error that tells faults, 50 at most, and how many there are beside them.</summary>
    internal static TurnException ToException(TurnErrorCode code, IReadOnlyCollection<VariableFault> faults, string field)
    {
        var told = faults.Take(Most).Select(fault => fault with { Name = Short(fault.Name, LongestName), Message = Short(fault.Message, LongestMessage) }).ToArray();
        var more = faults.Count > Most ? FormattableString.Invariant($" There are {faults.Count - Most:N0} more.") : "";
        return new(code, string.Join(' ', told.Select(fault => fault.Message)) + more) { Variables = told, Field = field };
    }

    private static string Short(string text, int most) => text.Length <= most ? text : text[..most] + "…";
}
