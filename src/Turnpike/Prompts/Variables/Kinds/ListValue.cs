using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>
/// Lists: a JSON list, also as text; a text of several lines is a list of its lines, a text with commas of its parts (trimmed, empty ones left out);
/// any other single value is a list of one; the empty text is the empty list. Each item is coerced as a value of the item type.
/// </summary>
internal static class ListValue
{
    public static CoercedValue Coerce(VariableDefinition definition, JsonElement value)
    {
        var list = AsList(value);
        var count = list.GetArrayLength();
        if (count < definition.MinLength || count > definition.MaxLength) return VariableCheck.Fault(definition, VariableType.List, value);
        if ((definition.ItemType ?? Chosen(definition)) is not { } itemType || count == 0) return definition.Schema is null ? new(list) : CheckItems(definition, list);
        var items = new JsonElement[count];
        var changed = false;
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var coerced = VariableCheck.One(definition, itemType, item);
            if (coerced.Fault is { } fault) return new(value, $"has an item {index + 1} that {fault}");
            changed |= !JsonElements.AreOne(coerced.Value, item);
            items[index++] = coerced.Value;
        }
        return new(changed ? Join(items) : list);
    }

    /// <summary>Items of which nothing is said but the options are of those.</summary>
    public static VariableType? Chosen(VariableDefinition definition) => definition is { AllowOther: false, Schema: null, Options.Count: > 0 } ? VariableType.Enum : null;

    private static CoercedValue CheckItems(VariableDefinition definition, JsonElement list)
    {
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            index++;
            if (SchemaValue.Check(definition, item).Fault is { } fault) return new(list, $"has an item {index} that {fault}");
        }
        return new(list);
    }

    private static JsonElement AsList(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) return value;
        if (value.ValueKind != JsonValueKind.String) return Join([value]);
        var text = value.GetString()!;
        if (text.AsSpan().TrimStart().StartsWith('[') && JsonElements.TryParse(text, out var parsed) && JsonElements.IsReadable(parsed)) return parsed;
        var parts = text.Split(text.AsSpan().Trim().Contains('\n') ? '\n' : ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return JsonElements.Of(parts);
    }

    private static JsonElement Join(JsonElement[] items) => JsonElements.Written(items, static (writer, items) =>
    {
        writer.WriteStartArray();
        foreach (var item in items) item.WriteTo(writer);
        writer.WriteEndArray();
    });
}
