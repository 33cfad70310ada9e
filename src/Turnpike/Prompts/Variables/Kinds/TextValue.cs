using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>Texts: as they are; numbers and truth values become their JSON text.</summary>
internal static class TextValue
{
    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => JsonElements.Of(value.GetRawText()),
            _ => default,
        };
        if (text.ValueKind == JsonValueKind.Undefined) return VariableCheck.Fault(definition, type, value);
        return Constrain(definition, type, text) is { } fault ? fault : new(text);
    }

    /// <summary>Checks lengths and pattern; null when they fit.</summary>
    public static CoercedValue? Constrain(VariableDefinition definition, VariableType type, JsonElement value)
    {
        if (definition.MinLength is null && definition.MaxLength is null && definition.Pattern is null) return null;
        var text = value.GetString()!;
        var isItem = definition.Type == VariableType.List;
        if (!isItem && (text.Length < definition.MinLength || text.Length > definition.MaxLength)) return VariableCheck.Fault(definition, type, value);
        if (definition.Pattern is null) return null;
        var pattern = PatternCache.Get(definition.Pattern, whole: true);
        if (pattern.Fault is { } fault) return VariableCheck.Unusable(value, fault);
        return pattern.Matches(text) == true ? null : VariableCheck.Fault(definition, type, value);
    }
}
