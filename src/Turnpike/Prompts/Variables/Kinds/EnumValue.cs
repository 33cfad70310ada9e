using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>One of the options: the same value, else the option with the same text, else without case. Other simple values only where the definition allows them.</summary>
internal static class EnumValue
{
    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        var options = definition.Options ?? [];
        if (options.Count == 0 && !definition.AllowOther) return VariableCheck.Unusable(value, "it has no options");
        if (Find(options, value) is { } option) return new(option);
        if (!definition.AllowOther || Text(value) is null) return VariableCheck.Fault(definition, type, value);
        return value.ValueKind == JsonValueKind.String && TextValue.Constrain(definition, type, value) is { } fault ? fault : new(value);
    }

    /// <summary>Whether options bind the values of a type: those of an enum always, those of texts and numbers unless others are allowed. The options of a boolean are its labels.</summary>
    public static bool Binds(VariableDefinition definition, VariableType type) =>
        type is VariableType.String or VariableType.Text or VariableType.Number or VariableType.Integer && definition is { AllowOther: false, Options.Count: > 0 };

    /// <summary>A text or number that was coerced, as the option that it is.</summary>
    public static CoercedValue Among(VariableDefinition definition, VariableType type, CoercedValue coerced, JsonElement value)
    {
        if (coerced.Fault is not null || !Binds(definition, type)) return coerced;
        if (Find(definition.Options!, coerced.Value) is not { } option) return VariableCheck.Fault(definition, type, value);
        return coerced.Value.ValueKind == JsonValueKind.String && Text(option) is { } text && !coerced.Value.ValueEquals(text) ? new(JsonElements.Of(text)) : coerced;
    }

    private static JsonElement? Find(IReadOnlyList<JsonElement> options, JsonElement value)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (JsonEquality.Instance.Equals(options[i], value)) return options[i];
        }
        return Text(value) is not { } text ? null : Find(options, text, StringComparison.Ordinal) ?? Find(options, text.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    private static JsonElement? Find(IReadOnlyList<JsonElement> options, string text, StringComparison comparison)
    {
        for (var i = 0; i < options.Count; i++)
        {
            if (Text(options[i]) is { } option && option.Equals(text, comparison)) return options[i];
        }
        return null;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
