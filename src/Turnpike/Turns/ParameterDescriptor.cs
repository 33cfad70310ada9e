using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>One parameter: its names, its range, and how it is read from and put into <see cref="TurnParameters"/>.</summary>
public sealed class ParameterDescriptor
{
    private readonly Func<JsonElement, object?> _parse;

    internal ParameterDescriptor(string name, string[] aliases, string expects, Func<JsonElement, object?> parse, Func<TurnParameters, object?> of, Func<TurnParameters, object?, TurnParameters> with) =>
        (Name, Aliases, Expects, _parse, Of, With) = (name, aliases, expects, parse, of, with);

    /// <summary>The name in JSON: <c>topP</c>.</summary>
    public string Name { get; }
    /// <summary>Other names it is known by: <c>top_p</c>.</summary>
    public IReadOnlyList<string> Aliases { get; }
    /// <summary>What fits, for messages: <c>a number from 0 to 2</c>.</summary>
    public string Expects { get; }
    /// <summary>Smallest number, if it is one.</summary>
    public double? Min { get; init; }
    /// <summary>Largest number, if it has one.</summary>
    public double? Max { get; init; }
    /// <summary>The JSON types of what fits, as a schema names them; what is read with good will beside them (numbers in texts) is not told.</summary>
    internal IReadOnlyList<string> Types { get; init; } = [];
    /// <summary>The words that fit, if it is one of them.</summary>
    public IReadOnlyList<string>? Options { get; init; }
    /// <summary>Its value in a set of parameters.</summary>
    public Func<TurnParameters, object?> Of { get; }
    /// <summary>A set of parameters with another value for it.</summary>
    public Func<TurnParameters, object?, TurnParameters> With { get; }

    /// <summary>Reads a value.</summary>
    /// <exception cref="TurnException"><c>parameter_invalid</c>, with what fits.</exception>
    public object? Parse(JsonElement value)
    {
        var parsed = ParseKept(value);
        OwnMembers.Check(With(TurnParameters.None, parsed), "parameters");
        return parsed;
    }

    /// <summary>Reads a value that was perhaps kept before it was refused.</summary>
    internal object? ParseKept(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : _parse(value) ?? throw Invalid(value);

    private TurnException Invalid(JsonElement value)
    {
        var given = value.GetRawText();
        return new(TurnErrorCode.ParameterInvalid, $"Parameter \"{Name}\" is {(given.Length > 80 ? given[..80] + "…" : given)}; it must be {Expects}.") { Field = "parameters." + Name };
    }

    internal static ParameterDescriptor Number(string name, string[] aliases, double min, double max, Func<TurnParameters, double?> of, Func<TurnParameters, double?, TurnParameters> with) =>
        new(name, aliases, string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}"), value => Double(value) is { } number && number >= min && number <= max ? number : null, p => of(p), (p, v) => with(p, (double?)v)) { Types = ["number"], Min = min, Max = max };

    internal static ParameterDescriptor Whole(string name, string[] aliases, long min, long max, Func<TurnParameters, long?> of, Func<TurnParameters, long?, TurnParameters> with) =>
        new(name, aliases, $"a whole number from {min} to {max}", value => Int64(value) is { } number && number >= min && number <= max ? number : null, p => of(p), (p, v) => with(p, (long?)v))
        {
            Types = ["integer"],
            Min = min == long.MinValue ? null : min,
            Max = max is long.MaxValue or int.MaxValue ? null : max,
        };

    internal static ParameterDescriptor Word(string name, string[] aliases, string[] options, Func<TurnParameters, string?> of, Func<TurnParameters, string?, TurnParameters> with) =>
        new(name, aliases, "one of " + string.Join(", ", options), value => value.ValueKind == JsonValueKind.String ? options.FirstOrDefault(option => option.Equals(value.GetString(), StringComparison.OrdinalIgnoreCase)) : null, of, (p, v) => with(p, (string?)v)) { Types = ["string"], Options = options };

    internal static ParameterDescriptor Truth(string name, string[] aliases, Func<TurnParameters, bool?> of, Func<TurnParameters, bool?, TurnParameters> with) =>
        new(name, aliases, "true or false", value => value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, JsonValueKind.String when bool.TryParse(value.GetString(), out var parsed) => parsed, _ => null }, p => of(p), (p, v) => with(p, (bool?)v)) { Types = ["boolean"] };

    internal static ParameterDescriptor Object(string name, string[] aliases, string expects, Func<JsonObject, bool> fits, Func<TurnParameters, JsonObject?> of, Func<TurnParameters, JsonObject?, TurnParameters> with) =>
        new(name, aliases, expects, value => value.ValueKind == JsonValueKind.Object && JsonObject.Create(JsonElements.Once(value)) is { } parsed && fits(parsed) ? parsed : null, of, (p, v) => with(p, (JsonObject?)v)) { Types = ["object"] };

    private static double? Double(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => null,
    };

    private static long? Int64(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.Number when value.TryGetDouble(out var number) && number == Math.Floor(number) && Math.Abs(number) < 1e15 => (long)number,
        JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
