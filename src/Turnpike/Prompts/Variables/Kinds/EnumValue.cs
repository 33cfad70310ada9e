using System.Text.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>One of the options: the same value, else the option with the same text, else without case. Other simple values only where the definition allows them.</summary>
internal static class EnumValue
{
    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        var options = definition.Options ?? [];
        if (options.Count == 0 && !definition.AllowOther) return VariableCheck.Unusable(value, "it has no options");
        for (var i = 0; i < options.Count; i++)
        {
            if (JsonEquality.Instance.Equals(options[i], value)) return new(options[i]);
        }
        if (Text(value) is not { } text) return VariableCheck.Fault(definition, type, value);
        if (Find(options, text, StringComparison.Ordinal) is { } same) return new(same);
        if (Find(options, text.Trim(), StringComparison.OrdinalIgnoreCase) is { } alike) return new(alike);
        if (!definition.AllowOther) return VariableCheck.Fault(definition, type, value);
        return value.ValueKind == JsonValueKind.String && TextValue.Constrain(definition, type, value) is { } fault ? fault : new(value);
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
