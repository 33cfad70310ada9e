using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Turnpike.Prompts.Files;

/// <summary>What an unquoted word of YAML means, by YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema): <c>no</c> and <c>on</c> are texts.</summary>
internal static partial class YamlScalar
{
    /// <returns>False for infinity and for what is no number, which JSON does not have.</returns>
    public static bool TryRead(string text, out JsonNode? value)
    {
        value = text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when Special().IsMatch(text) => null,
            _ when Whole().IsMatch(text) => Number(text),
            _ when Hexadecimal().IsMatch(text) => long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var whole) && whole >= 0 ? JsonValue.Create(whole) : JsonValue.Create(text),
            _ when Octal().IsMatch(text) => JsonValue.Create(Convert.ToInt64(text[2..], 8)),
            _ when Fraction().IsMatch(text) => Number(text),
            _ => JsonValue.Create(text),
        };
        return value is not null || !Special().IsMatch(text);
    }

    private static JsonValue Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(text);
    }

    [GeneratedRegex(@"\A[-+]?[0-9]+\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\A0x[0-9a-fA-F]+\z")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"\A0o[0-7]{1,20}\z")]
    private static partial Regex Octal();

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Fraction();

    [GeneratedRegex(@"\A([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z")]
    private static partial Regex Special();
}
