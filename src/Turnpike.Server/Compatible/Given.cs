using System.Text.Json;
using Turnpike.Turns;

namespace Turnpike.Server.Compatible;

/// <summary>Reads fields of a vendor's request; whatever does not fit is told with the field's path.</summary>
internal static class Given
{
    /// <summary>A member; null when it is not there or null.</summary>
    public static JsonElement? Member(this JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement from, string name, string path = "") => from.Member(name) is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(path + name, value, "a string");

    /// <exception cref="TurnException">The member is missing.</exception>
    public static string Needed(this JsonElement from, string name, string path) => from.Text(name, path) ?? throw Invalid(path + name, $"\"{path}{name}\" is missing; it must be a string.");

    public static bool? Truth(this JsonElement from, string name, string path = "") => from.Member(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(path + name, value, "true or false"),
    };

    public static JsonElement? Object(this JsonElement from, string name, string path = "") => from.Member(name) is not { } value ? null : value.ValueKind == JsonValueKind.Object ? value : throw Wrong(path + name, value, "an object");

    public static IReadOnlyList<JsonElement>? List(this JsonElement from, string name, string path = "") =>
        from.Member(name) is not { } value ? null : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Wrong(path + name, value, "an array");

    public static IReadOnlyList<string>? Texts(this JsonElement from, string name, string path = "") =>
        from.List(name, path) is not { } list ? null : [.. list.Select((one, i) => one.ValueKind == JsonValueKind.String ? one.GetString()! : throw Wrong($"{path}{name}[{i}]", one, "a string"))];

    public static long? Whole(this JsonElement from, string name, string path = "") =>
        from.Member(name) is not { } value ? null : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Wrong(path + name, value, "a whole number");

    /// <summary>Refuses members of other names: what is not understood must not be left out where it narrows something.</summary>
    public static void Only(this JsonElement from, string path, params ReadOnlySpan<string> names)
    {
        foreach (var member in from.EnumerateObject())
        {
            if (!names.Contains(member.Name)) throw UnsupportedParameter(path + member.Name, $"\"{path}{member.Name}\" is not known; \"{path[..^1]}\" takes {string.Join(" and ", names)}.");
        }
    }

    public static TurnException Invalid(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field };

    public static TurnException UnsupportedValue(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field, Narrower = "unsupported_value" };

    public static TurnException UnsupportedParameter(string field, string message) => new(TurnErrorCode.RequestInvalid, message) { Field = field, Narrower = "unsupported_parameter" };

    private static TurnException Wrong(string field, JsonElement value, string expected)
    {
        var text = value.GetRawText();
        return Invalid(field, $"\"{field}\" is {(text.Length > 80 ? text[..80] + "…" : text)}; it must be {expected}.");
    }
}
