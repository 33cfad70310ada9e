using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>
/// Truth values: true and false, the words <c>true, yes, on</c> and <c>false, no, off</c> without case, 1 and 0, and the two labels of a toggle
/// (options: first the one for false, then the one for true).
/// </summary>
internal static class BooleanValue
{
    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value) =>
        (Label(definition, value) ?? Plain(value)) is { } truth ? new(JsonElements.Of(truth)) : VariableCheck.Fault(definition, type, value);

    private static bool? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
        JsonValueKind.String => value.GetString()!.Trim().ToLowerInvariant() switch
        {
            "true" or "yes" or "on" or "1" => true,
            "false" or "no" or "off" or "0" => false,
            _ => null,
        },
        _ => null,
    };

    private static bool? Label(VariableDefinition definition, JsonElement value)
    {
        if (definition.Options is not [var off, var on] || value.ValueKind != JsonValueKind.String) return null;
        var text = value.GetString()!.Trim();
        return Says(on, text) ? true : Says(off, text) ? false : null;
    }

    private static bool Says(JsonElement label, string text) => label.ValueKind == JsonValueKind.String && string.Equals(label.GetString()!.Trim(), text, StringComparison.OrdinalIgnoreCase);
}
