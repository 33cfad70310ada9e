using System.Globalization;
using System.Text.Json;

namespace Turnpike.Prompts.Variables.Kinds;

/// <summary>Numbers: JSON numbers with all their digits, and texts that hold one.</summary>
internal static class NumberValue
{
    public static CoercedValue Coerce(VariableDefinition definition, VariableType type, JsonElement value)
    {
        if (!TryRead(value, out var number)) return VariableCheck.Fault(definition, type, value);
        if (type == VariableType.Integer && !TryWhole(ref number)) return VariableCheck.Fault(definition, type, value);
        if (definition.Min is null && definition.Max is null && definition.Step is null) return new(number);
        if (!TryBound(definition.Min, out var min)) return VariableCheck.Unusable(value, "its \"min\" is not a number");
        if (!TryBound(definition.Max, out var max)) return VariableCheck.Unusable(value, "its \"max\" is not a number");
        var exact = Numbers.Of(number);
        var fits = (min is null || exact.CompareTo(Numbers.Of(min.Value)) >= 0)
            && (max is null || exact.CompareTo(Numbers.Of(max.Value)) <= 0)
            && (definition.Step is not { } step || exact.IsMultipleOf(step, min is null ? default : Numbers.Of(min.Value)));
        return fits ? new(number) : VariableCheck.Fault(definition, type, value);
    }

    /// <summary>Reads a finite number or a text that holds one.</summary>
    public static bool TryRead(JsonElement value, out JsonElement number)
    {
        number = value;
        if (value.ValueKind == JsonValueKind.Number) return value.TryGetDouble(out var finite) && double.IsFinite(finite);
        if (value.ValueKind != JsonValueKind.String) return false;
        var text = value.GetString().AsSpan().Trim();
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (text.Length > 400 || !double.TryParse(text, Style, CultureInfo.InvariantCulture, out var parsed) || !double.IsFinite(parsed)) return false;
        var plain = decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var exact) && (double)exact == parsed ? exact.ToString(CultureInfo.InvariantCulture) : parsed.ToString("R", CultureInfo.InvariantCulture);
        number = JsonElement.Parse(plain);
        return true;
    }

    private static bool TryWhole(ref JsonElement number)
    {
        if (number.TryGetInt64(out _)) return true;
        var read = Numbers.Of(number);
        if (!read.IsWhole) return false;
        if (read.Exact is not { } exact) return true; // beyond 28 digits: whole as far as a number of this size can say
        number = JsonElement.Parse(decimal.Truncate(exact).ToString(CultureInfo.InvariantCulture));
        return true;
    }

    private static bool TryBound(JsonElement? bound, out JsonElement? number)
    {
        number = null;
        if (bound is not { ValueKind: not JsonValueKind.Null } given) return true;
        if (!TryRead(given, out var read)) return false;
        number = read;
        return true;
    }
}
