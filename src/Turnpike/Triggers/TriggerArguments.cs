using Turnpike.Triggers.Parsing;

namespace Turnpike.Triggers;

/// <summary>The values of one trigger, by the names of its arguments. They fit what the method declares.</summary>
public sealed class TriggerArguments(TriggerMethod method, IReadOnlyList<TriggerValue> values)
{
    /// <summary>The values in the order in which they were typed, without quotes; named ones as <c>name=value</c>.</summary>
    public IReadOnlyList<string> AsTyped => [.. values.Select(value => value.ToString())];

    /// <summary>A text or an enum's option; null when it was not given.</summary>
    public string? Text(string name)
    {
        var (argument, value) = One(name);
        return value is null || argument.Type != TriggerArgumentType.Enum ? value : ValueCheck.Option(argument, value);
    }

    /// <summary>A number; null when it was not given.</summary>
    public double? Number(string name) => One(name).Value is { } value ? ValueCheck.Number(value) : null;

    /// <summary>A whole number; null when it was not given.</summary>
    public long? Integer(string name) => One(name).Value is { } value ? ValueCheck.Integer(value) : null;

    /// <summary>Yes or no; null when it was not given.</summary>
    public bool? Boolean(string name) => One(name).Value is { } value ? ValueCheck.Boolean(value) : null;

    /// <summary>The values of a list, each once, in order; empty when none was given.</summary>
    public IReadOnlyList<string> List(string name)
    {
        var (argument, index) = Find(name);
        return [.. values.Where(value => value.Argument == index).Select(value => argument.Type == TriggerArgumentType.Enum ? ValueCheck.Option(argument, value.Text)! : value.Text).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The pairs, the last of a name winning; empty when none was given.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string name)
    {
        var index = Find(name).Index;
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var value in values.Where(value => value.Argument == index)) pairs[value.Key!] = value.Text;
        return pairs;
    }

    /// <summary>The names among the pairs that were given more than once; empty when none was.</summary>
    internal IReadOnlyList<string> Repeated(string name)
    {
        var index = Find(name).Index;
        return [.. values.Where(value => value.Argument == index).GroupBy(value => value.Key!, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key)];
    }

    private (TriggerArgument Argument, string? Value) One(string name)
    {
        var (argument, index) = Find(name);
        foreach (var value in values)
        {
            if (value.Argument == index) return (argument, value.Text);
        }
        return (argument, null);
    }

    private (TriggerArgument Argument, int Index) Find(string name)
    {
        for (var i = 0; i < method.Arguments.Count; i++)
        {
            if (method.Arguments[i].Name == name) return (method.Arguments[i], i);
        }
        throw new ArgumentException($"Trigger method \"{method.Name}\" declares no argument \"{name}\".", nameof(name));
    }
}
