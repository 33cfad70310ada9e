using System.Globalization;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables;

/// <summary>Says what fits a variable, for messages: <c>a whole number from 1 to 5</c>.</summary>
internal static class Expected
{
    private const int MostOptions = 20;

    public static string Of(VariableDefinition definition) => Of(definition, definition.Type);

    public static string Of(VariableDefinition definition, VariableType type)
    {
        var isItem = definition.Type == VariableType.List;
        return type switch
        {
            _ when Kinds.EnumValue.Binds(definition, type) => OneOf(definition),
            VariableType.String or VariableType.Text => "a text" + (isItem ? "" : Lengths(definition, "character")) + Pattern(definition),
            VariableType.Number => "a number" + Range(definition) + Step(definition),
            VariableType.Integer => "a whole number" + Range(definition) + Step(definition),
            VariableType.Boolean => "true or false" + Labels(definition),
            VariableType.Enum => OneOf(definition) + (definition.AllowOther ? $", or a text{(isItem ? "" : Lengths(definition, "character"))}{Pattern(definition)}, a number, true or false" : ""),
            VariableType.List => isItem && definition.ItemType is { } item && item != VariableType.List ? $"a list{Lengths(definition, "item")}, each {Of(definition, item)}" : "a list" + Lengths(definition, "item"),
            VariableType.Object => "an object" + (definition.Schema is null ? "" : " that fits its schema"),
            VariableType.Date => "a day (yyyy-MM-dd) or a point in time (ISO 8601)" + Range(definition),
            VariableType.Image => "an image: an http(s) URL, a data: URL with an image in Base64, or the id of an uploaded file (file_…)",
            VariableType.File => "a file: an http(s) URL, a data: URL, or the id of an uploaded file (file_…)",
            VariableType.Messages => "a list of messages {\"role\": \"system\", \"user\" or \"assistant\", \"content\": a text or a list of parts}" + (isItem ? "" : Lengths(definition, "message")),
            _ => "anything" + (definition.Schema is null ? "" : " that fits its schema"),
        };
    }

    private static string Range(VariableDefinition definition) => Range(Plain(definition.Min), Plain(definition.Max), " from {0} to {1}", " of at least {0}", " of at most {1}");

    private static string Lengths(VariableDefinition definition, string noun)
    {
        if (definition.MinLength is not > 0 && definition.MaxLength is null) return "";
        if (definition.MinLength == definition.MaxLength) return $" of {Given.Count(definition.MinLength!.Value, noun)}";
        return Range(definition.MinLength is > 0 and var min ? min.ToString(CultureInfo.InvariantCulture) : null, definition.MaxLength?.ToString(CultureInfo.InvariantCulture), " of {0} to {1} ", " of at least {0} ", " of at most {1} ") + noun + "s";
    }

    private static string Range(string? min, string? max, string both, string from, string to) =>
        (min, max) switch
        {
            (null, null) => "",
            (_, null) => from.Replace("{0}", min, StringComparison.Ordinal),
            (null, _) => to.Replace("{1}", max, StringComparison.Ordinal),
            _ => both.Replace("{0}", min, StringComparison.Ordinal).Replace("{1}", max, StringComparison.Ordinal),
        };

    private static string Step(VariableDefinition definition) => definition.Step is { } step ? string.Create(CultureInfo.InvariantCulture, $" in steps of {step}") : "";

    private static string Pattern(VariableDefinition definition) => definition.Pattern is { } pattern ? $" that matches the pattern \"{pattern}\"" : "";

    private static string Labels(VariableDefinition definition) =>
        definition.Options is [var off, var on] ? $" ({Quoted(on)} or {Quoted(off)})" : "";

    private static string OneOf(VariableDefinition definition)
    {
        var options = definition.Options ?? [];
        var shown = string.Join(", ", options.Take(MostOptions).Select(Quoted));
        return options.Count > MostOptions ? $"one of {shown} and {options.Count - MostOptions} more" : options.Count == 1 ? shown : "one of " + shown;
    }

    private static string? Plain(JsonElement? value) => value is { ValueKind: not JsonValueKind.Null } bound ? bound.ToString() : null;

    private static string Quoted(JsonElement value) => JsonSerializer.Serialize(value, TurnpikeJson.Relaxed.JsonElement); // the characters themselves, however they were escaped
}
