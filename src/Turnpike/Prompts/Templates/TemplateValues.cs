using System.Globalization;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts.Templates;

/// <summary>How templates see values. Only JSON, and maps and lists of our own, have members; other CLR objects have none.</summary>
internal static class TemplateValues
{
    /// <summary>A member of an object, an item of a list by its number, or the <c>length</c> of a list or text; null for anything else.</summary>
    public static object? Member(object? value, string name)
    {
        switch (value)
        {
            case MessagesValue messages: return Member(messages.Json, name);
            case IReadOnlyDictionary<string, object?> map: return map.TryGetValue(name, out var found) ? Plain(found) : null;
            case JsonElement { ValueKind: JsonValueKind.Object } json: return json.TryGetProperty(name, out var member) ? Plain(member) : null;
            case JsonElement { ValueKind: JsonValueKind.Array } json: return name == "length" ? json.GetArrayLength() : Index(name, json.GetArrayLength()) is { } place ? Plain(json[place]) : null;
            case IReadOnlyList<object?> list: return name == "length" ? list.Count : Index(name, list.Count) is { } at ? Plain(list[at]) : null;
            case string text when name == "length": return text.Length;
            case TypedText typed when name == "length": return typed.Text.Length;
            default: return null;
        }
    }

    /// <summary>JSON texts and truths as CLR values; other values as they are.</summary>
    public static object? Plain(object? value) => value is JsonElement json ? Plain(json) : value;

    /// <summary>JSON texts and truths as CLR values; numbers, lists and objects stay JSON.</summary>
    public static object? Plain(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => json,
    };

    /// <summary>What <c>if</c> takes for yes: anything but nothing, false, zero, an empty text or an empty list.</summary>
    public static bool IsTruthy(object? value, bool includeZero = false)
    {
        if (value is null or false or "" || ListLength(value) == 0) return false;
        return includeZero || TemplateNumber.Of(value) is not (0 or double.NaN);
    }

    /// <summary>The number of items of a list; -1 when it is none.</summary>
    public static int ListLength(object? value) => value switch
    {
        MessagesValue messages => ListLength(messages.Json),
        JsonElement { ValueKind: JsonValueKind.Array } json => json.GetArrayLength(),
        IReadOnlyList<object?> list => list.Count,
        _ => -1,
    };

    /// <summary>Equal without conversion: 1 is not "1", but 1 and 1.0 are equal.</summary>
    public static bool AreEqual(object? a, object? b)
    {
        if (TemplateNumber.Of(a) is { } x && TemplateNumber.Of(b) is { } y) return x == y && (Math.Abs(x) < 1L << 53 || TemplateNumber.Text(a!) == TemplateNumber.Text(b!));
        return a is JsonElement left && b is JsonElement right ? ForeignJson.AreSame(left, right) : Equals(a, b);
    }

    private static int? Index(string name, int count) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < count ? at : null;
}
