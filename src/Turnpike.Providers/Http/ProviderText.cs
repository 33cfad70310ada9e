using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.Http;

/// <summary>What a provider said about an error, made fit to be shown: short, on one line, without secrets.</summary>
internal static partial class ProviderText
{
    /// <summary>The most characters of a provider's own words that are shown.</summary>
    public const int MaxLength = 500;

    /// <summary>The message inside an error body of any of the usual shapes; empty when there is none to show.</summary>
    public static string OfBody(ReadOnlySpan<byte> body, GivenSecrets given)
    {
        if (ForeignJson.Parse(body) is { } json) return OfJson(json, given);
        var text = Encoding.UTF8.GetString(body).Trim();
        return text.StartsWith('<') ? "(a web page)" : Clean(text, given);
    }

    /// <summary>The message inside <c>{error: {message}}</c>, <c>{error: "…"}</c>, <c>{message}</c>, <c>{detail}</c> and their like.</summary>
    public static string OfJson(JsonElement json, GivenSecrets given) => Clean(Find(ForeignJson.Readable(json)), given);

    /// <summary>Takes out what the provider was given, whatever else looks like a key, and line breaks, and cuts to <see cref="MaxLength"/>.</summary>
    public static string Clean(string text, GivenSecrets given)
    {
        text = Blanks().Replace(Secrets().Replace(given.Clean(text), "•••"), " ").Trim();
        return text.Length > MaxLength ? string.Concat(text.AsSpan(0, MaxLength - 1), "…") : text;
    }

    private static string Find(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Object => Member(json, "error") ?? Member(json, "message") ?? Member(json, "detail") ?? Member(json, "msg") ?? json.GetRawText(),
        JsonValueKind.Array when json.GetArrayLength() > 0 => Find(json[0]),
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        _ => json.GetRawText(),
    };

    private static string? Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Object or JsonValueKind.Array ? Find(value) : null;

    [GeneratedRegex(@"\b(?:sk|pk|rk|gsk|xai)-[\w*.\-]{4,}|\bBearer\s+[^\s""',]+", RegexOptions.IgnoreCase)]
    private static partial Regex Secrets();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
