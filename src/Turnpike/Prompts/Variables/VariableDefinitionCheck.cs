using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>Finds what is wrong with a prompt's variable definitions before anybody gives them a value.</summary>
public static class VariableDefinitionCheck
{
    private const int LongestName = 100;
    internal static readonly string[] Inputs = ["textarea", "text", "toggle", "radio", "checkbox", "select", "number", "slider", "date", "file"];

    /// <summary>All faults of all definitions; empty when there are none.</summary>
    public static IReadOnlyList<VariableFault> Check(IReadOnlyList<VariableDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        var faults = new List<VariableFault>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in definitions)
        {
            if (definition?.Name is null)
            {
                faults.Add(new("", "A variable's definition has no name."));
                continue;
            }
            void Fault(string message) => faults.Add(new(definition.Name, $"The definition of \"{definition.Name}\" {message}."));
            if (!names.Add(definition.Name)) Fault("stands twice: names are unique");
            if (!IsName(definition.Name)) Fault($"has a name that does not fit: a letter or underscore, then letters, digits and underscores, at most {LongestName}");
            CheckBounds(definition, Fault);
            CheckChoices(definition, Fault);
            CheckDefault(definition, Fault);
        }
        return faults;
    }

    /// <summary>Whether a text can be a variable's name: <c>[A-Za-z_][A-Za-z0-9_]*</c>, at most 100 characters.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= LongestName && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
    }

    private static void CheckBounds(VariableDefinition definition, Action<string> fault)
    {
        var type = definition.Type == VariableType.List ? definition.ItemType ?? VariableType.Any : definition.Type;
        var (min, max) = (Bound("min", definition.Min, type, fault), Bound("max", definition.Max, type, fault));
        if (min is { } low && max is { } high && low.CompareTo(high) > 0) fault("has a \"min\" above its \"max\"");
        if (definition.Step is { } step && (!(step > 0) || !double.IsFinite(step))) fault("has a \"step\" that is not above 0");
        if (definition.MinLength < 0) fault("has a \"minLength\" below 0");
        if (definition.MaxLength < 0) fault("has a \"maxLength\" below 0");
        if (definition.MinLength > definition.MaxLength) fault("has a \"minLength\" above its \"maxLength\"");
        if (definition.Pattern is { } pattern && PatternCache.Get(pattern, whole: true).Fault is { } why) fault("cannot be used: " + why);
    }

    private static IComparable? Bound(string member, JsonElement? bound, VariableType type, Action<string> fault)
    {
        if (bound is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given || !JsonElements.IsReadable(given)) return null;
        if (type == VariableType.Date)
        {
            if (given.ValueKind == JsonValueKind.String && DateText.TryParse(given.GetString()!, out var date)) return new OrderedBound<DateText>(date);
            fault($"has a \"{member}\" that is no day (yyyy-MM-dd) or point in time (ISO 8601): it is {Given.Describe(given)}");
        }
        else if (type is VariableType.Number or VariableType.Integer)
        {
            if (Kinds.NumberValue.TryRead(given, out var number)) return new OrderedBound<Numbers>(Numbers.Of(number));
            fault($"has a \"{member}\" that is no number: it is {Given.Describe(given)}");
        }
        else fault($"has a \"{member}\", which only numbers and dates have; texts and lists have \"{member}Length\"");
        return null;
    }

    private static void CheckChoices(VariableDefinition definition, Action<string> fault)
    {
        var type = definition.Type == VariableType.List ? definition.ItemType : definition.Type;
        if (type == VariableType.Enum && definition.Options is not { Count: > 0 } && !definition.AllowOther) fault("is of type enum and has no \"options\"");
        if (definition.ItemType is not null && definition.Type != VariableType.List) fault("has an \"itemType\", which only lists have");
        if (LockFault(definition) is { } why) fault(why);
        if (definition.Input is { } input && !Inputs.Contains(input)) fault($"has the input \"{input}\"; it must be one of {string.Join(", ", Inputs)}");
        if (definition.Schema is { ValueKind: not JsonValueKind.Null } schema)
        {
            foreach (var place in JsonSchemaCheck.CheckSchema(schema)) fault($"has a schema that cannot be used: {place}");
        }
    }

    /// <summary>Why a definition's lock locks nothing; null: it has none, or it holds.</summary>
    internal static string? LockFault(VariableDefinition definition) =>
        definition.Locked is { } locked && VariableLayer.RankOf(locked) is null ? $"is locked to \"{locked}\"; it must be one of {string.Join(", ", VariableLayer.Ranks)}" : null;

    private static void CheckDefault(VariableDefinition definition, Action<string> fault)
    {
        if (definition.Default is { } value && VariableCheck.Coerce(definition, value).Fault is { } why) fault("has a default that " + why);
    }

    private sealed record OrderedBound<T>(T Value) : IComparable where T : IComparable<T>
    {
        public int CompareTo(object? obj) => obj is OrderedBound<T> other ? Value.CompareTo(other.Value) : 0;
    }
}
