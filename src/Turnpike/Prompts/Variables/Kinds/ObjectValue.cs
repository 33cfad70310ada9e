using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>Objects: a JSON object, also as text.</summary>
internal static class ObjectValue
{
    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        var read = value;
        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!;
            if (text.AsSpan().TrimStart().StartsWith('{') && JsonElements.TryParse(text, out var parsed) && JsonElements.IsReadable(parsed)) read = parsed;
        }
        return read.ValueKind == JsonValueKind.Object ? SchemaValue.Check(definition, read) : VariableCheck.Fault(definition, type, value);
    }
}
