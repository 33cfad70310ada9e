using System.Text;
using System.Text.Json;

namespace Turnpike.Prompts.Variables.Schemas;

/// <summary>The keywords that look at one value alone. Each answers null when the value fits, else what it must be or have.</summary>
internal static class SchemaAssertions
{
    public static string? Expected(string keyword, JsonElement says, JsonElement value) => (keyword, value.ValueKind) switch
    {
        ("type", _) => SchemaTypes.Fits(says, value) ? null : "be " + SchemaTypes.Describe(says),
        ("const", _) => JsonEquality.Instance.Equals(says, value) ? null : "be " + Short(says),
        ("enum", _) => says.ValueKind != JsonValueKind.Array || says.EnumerateArray().Contains(value, JsonEquality.Instance) ? null : "be one of " + string.Join(", ", says.EnumerateArray().Take(20).Select(Short)),
        ("minimum", JsonValueKind.Number) => Number(says) is not { } bound || Numbers.Of(value).CompareTo(bound) >= 0 ? null : "be at least " + Short(says),
        ("maximum", JsonValueKind.Number) => Number(says) is not { } bound || Numbers.Of(value).CompareTo(bound) <= 0 ? null : "be at most " + Short(says),
        ("exclusiveMinimum", JsonValueKind.Number) => Number(says) is not { } bound || Numbers.Of(value).CompareTo(bound) > 0 ? null : "be greater than " + Short(says),
        ("exclusiveMaximum", JsonValueKind.Number) => Number(says) is not { } bound || Numbers.Of(value).CompareTo(bound) < 0 ? null : "be less than " + Short(says),
        ("multipleOf", JsonValueKind.Number) => Number(says) is not { } step || Numbers.Of(value).IsMultipleOf(step.Rough) ? null : "be a multiple of " + Short(says),
        ("minLength", JsonValueKind.String) => Count(says) is not { } count || Letters(value) >= count ? null : $"have at least {Given.Count(count, "character")}",
        ("maxLength", JsonValueKind.String) => Count(says) is not { } count || Letters(value) <= count ? null : $"have at most {Given.Count(count, "character")}",
        ("format", JsonValueKind.String) => says.ValueKind != JsonValueKind.String || SchemaFormats.Fits(says.GetString()!, value.GetString()!) ? null : "have the format " + Short(says),
        ("minItems", JsonValueKind.Array) => Count(says) is not { } count || value.GetArrayLength() >= count ? null : $"have at least {Given.Count(count, "item")}",
        ("maxItems", JsonValueKind.Array) => Count(says) is not { } count || value.GetArrayLength() <= count ? null : $"have at most {Given.Count(count, "item")}",
        ("minProperties", JsonValueKind.Object) => Count(says) is not { } count || value.GetPropertyCount() >= count ? null : $"have at least {Given.Count(count, "member")}",
        ("maxProperties", JsonValueKind.Object) => Count(says) is not { } count || value.GetPropertyCount() <= count ? null : $"have at most {Given.Count(count, "member")}",
        ("required", JsonValueKind.Object) => Required(says, value),
        _ => null,
    };

    private static string? Required(JsonElement says, JsonElement value)
    {
        if (says.ValueKind != JsonValueKind.Array) return null;
        List<string>? missing = null;
        var members = new SchemaMembers(value, says.GetArrayLength());
        foreach (var name in says.EnumerateArray())
        {
            if (name.ValueKind == JsonValueKind.String && !members.TryGet(name.GetString()!, out _)) (missing ??= []).Add($"\"{name.GetString()}\"");
        }
        return missing is null ? null : (missing.Count == 1 ? "have the member " : "have the members ") + string.Join(", ", missing);
    }

    private static Numbers? Number(JsonElement says) => says.ValueKind == JsonValueKind.Number ? Numbers.Of(says) : null;

    private static int? Count(JsonElement says) => says.ValueKind == JsonValueKind.Number && says.TryGetDouble(out var count) && count is >= 0 and <= int.MaxValue && count == Math.Floor(count) ? (int)count : null;

    private static int Letters(JsonElement value)
    {
        var count = 0;
        foreach (var _ in value.GetString().AsSpan().EnumerateRunes()) count++;
        return count;
    }

    private static string Short(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= 100 ? text : new StringBuilder(text, 0, 100, 101).Append('…').ToString();
    }
}
