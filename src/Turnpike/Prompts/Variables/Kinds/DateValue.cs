using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>Days and points in time, written the one way of <see cref="DateText"/>.</summary>
internal static class DateValue
{
    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || !DateText.TryParse(value.GetString()!, out var date)) return VariableCheck.Fault(definition, type, value);
        if (!TryBound(definition.Min, out var min)) return VariableCheck.Unusable(value, "its \"min\" is not a day or a point in time");
        if (!TryBound(definition.Max, out var max)) return VariableCheck.Unusable(value, "its \"max\" is not a day or a point in time");
        if ((min is { } earliest && date.CompareTo(earliest) < 0) || (max is { } latest && date.CompareTo(latest) > 0)) return VariableCheck.Fault(definition, type, value);
        var text = date.ToString();
        return new(value.ValueEquals(text) ? value : JsonElements.Of(text));
    }

    private static bool TryBound(JsonElement? bound, out DateText? date)
    {
        date = null;
        if (bound is not { ValueKind: not JsonValueKind.Null } given) return true;
        if (given.ValueKind != JsonValueKind.String || !DateText.TryParse(given.GetString()!, out var parsed)) return false;
        date = parsed;
        return true;
    }
}
