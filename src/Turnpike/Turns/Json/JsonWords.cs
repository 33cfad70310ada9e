using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Turnpike.Turns.Json;

/// <summary>Says what is wrong with JSON in words that name no type of ours: the field, what was expected, and the nearest name for one that there is not.</summary>
public static partial class JsonWords
{
    /// <summary>How readers of ours begin what fits where something does not.</summary>
    internal const string ItMust = "It must ";

    /// <summary>What is wrong.</summary>
    /// <param name="error">The fault.</param>
    /// <param name="options">How it was read.</param>
    /// <param name="field">The path of the member at fault; null: the whole.</param>
    /// <param name="types">Where types are looked up that are none of the library's.</param>
    /// <param name="whole">What the whole is called.</param>
    public static string Of(JsonException error, JsonSerializerOptions options, string? field = null, Assembly? types = null, string whole = "the body")
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(options);
        var (message, name) = (error.Message, field is null ? whole : $"\"{field}\"");
        if (Unknown().Match(message) is { Success: true } unknown) return $"there is no field \"{unknown.Groups[1].Value}\" here.{Nearest.Hint(unknown.Groups[1].Value, Known(unknown.Groups[2].Value, options, types))}";
        if (Twice().Match(message) is { Success: true } twice) return $"\"{twice.Groups[1].Value}\" is there twice.";
        if (Deep().Match(message) is { Success: true } deep) return $"it is nested deeper than {deep.Groups[1].Value} levels.";
        if (message.StartsWith(ItMust, StringComparison.Ordinal)) return $"{name} must {message[ItMust.Length..]}";
        if (Required().Match(message) is { Success: true } required) return $"{name} lacks {required.Groups[1].Value.Replace('\'', '"')}.";
        if (Convert().Match(message) is { Success: true } convert) return $"{name} must be {Expected(convert.Groups[1].Value, field, options, types, error.InnerException is FormatException)}.";
        var cut = Technical().Match(message);
        return cut.Success ? message[..cut.Index] : message;
    }

    /// <summary>The member that an object must have and lacks, if that is what is wrong; null: it is something else.</summary>
    /// <param name="error">The fault.</param>
    public static string? Missing(JsonException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Required().Match(error.Message) is { Success: true } required ? required.Groups[1].Value.Split(',')[0].Trim(' ', '\'') : null;
    }

    /// <summary>The path of the member at fault, such as <c>variables[0].type</c>; null: the whole, or it is not known.</summary>
    /// <param name="error">The fault.</param>
    public static string? Field(JsonException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.Path?.TrimStart('$', '.') is { Length: > 0 } path ? path : null;
    }

    /// <summary>What is wrong with a text that is no JSON, behind its line and column, both from 1.</summary>
    internal static string Placed(JsonException error, ReadOnlySpan<byte> json)
    {
        var start = 0;
        for (var line = error.LineNumber ?? 0; line > 0 && json[start..].IndexOf((byte)'\n') is >= 0 and var length; line--) start += length + 1;
        var column = Encoding.UTF8.GetCharCount(json[start..(int)Math.Min(json.Length, start + (error.BytePositionInLine ?? 0))]) + 1;
        return $"Line {(error.LineNumber ?? 0) + 1}, column {column}: {Of(error, TurnpikeJson.Relaxed.Options, whole: "it")}";
    }

    private static IEnumerable<string> Known(string type, JsonSerializerOptions options, Assembly? types) => Find(type, types) is { } found ? options.GetTypeInfo(found).Properties.Select(property => property.Name) : [];

    /// <summary>What fits at a field. The serializer names either the field's own type, or that of the object which the field is in.</summary>
    private static string Expected(string type, string? field, JsonSerializerOptions options, Assembly? types, bool isNumber)
    {
        if (Find(type, types) is not { } found) return type.Contains("List`1", StringComparison.Ordinal) ? "a list" : "an object";
        var name = field?[(field.LastIndexOf('.') + 1)..];
        return Expected(options.GetTypeInfo(found).Properties.FirstOrDefault(property => property.Name == name)?.PropertyType ?? found, options, isNumber);
    }

    private static string Expected(Type type, JsonSerializerOptions options, bool isNumber)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return "a text";
        if (type == typeof(bool)) return "true or false";
        if (isNumber && type == typeof(int)) return $"a whole number from {int.MinValue} to {int.MaxValue}"; // it is a number, and too large or none that is whole
        if (isNumber && type == typeof(long)) return $"a whole number from {long.MinValue} to {long.MaxValue}";
        if (type == typeof(int) || type == typeof(long)) return "a whole number";
        if (type == typeof(double) || type == typeof(decimal)) return "a number";
        if (type == typeof(DateTimeOffset)) return "a time such as 2027-01-01T00:00:00Z";
        if (type.IsEnum) return "one of " + string.Join(", ", Enum.GetValues(type).Cast<object>().Select(word => JsonSerializer.SerializeToElement(word, options.GetTypeInfo(type)).GetString()));
        return type.IsGenericType && type.GetGenericArguments().Length == 1 ? "a list" : "an object";
    }

    private static Type? Find(string type, Assembly? types) => Optional().Match(type) is { Success: true } optional ? Find(optional.Groups[1].Value, types) : Type.GetType(type) ?? typeof(JsonWords).Assembly.GetType(type) ?? types?.GetType(type);

    [GeneratedRegex(@"The JSON property '(.*?)' could not be mapped to any \.NET member contained in type '(.+?)'")]
    private static partial Regex Unknown();

    [GeneratedRegex("Duplicate property '(.*?)' encountered")]
    private static partial Regex Twice();

    [GeneratedRegex(@"could not be converted to (.+?)\.( Path:|$)")]
    private static partial Regex Convert();

    [GeneratedRegex(@"^System\.Nullable`1\[(.+)\]$")]
    private static partial Regex Optional();

    [GeneratedRegex(@"missing required properties including: (.+?)\.( Path:|$)")]
    private static partial Regex Required();

    [GeneratedRegex("maximum configured depth of ([0-9]+) has been exceeded")]
    private static partial Regex Deep();

    [GeneratedRegex(@" Path: | LineNumber: ")]
    private static partial Regex Technical();
}
