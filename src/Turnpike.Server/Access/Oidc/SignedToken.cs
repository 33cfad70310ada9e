using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Access.Oidc;

/// <summary>A JSON Web Token (RFC 7519) in its compact form, read but not believed.</summary>
internal sealed record SignedToken(JsonElement Header, JsonElement Claims, byte[] Signed, byte[] Signature)
{
    /// <summary>Whether a secret is a token and no key of ours: three parts with dots between.</summary>
    public static bool Looks(string secret) => secret.Count(letter => letter == '.') == 2;

    /// <summary>Reads a token; null when it is none.</summary>
    public static SignedToken? Read(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            var (header, claims) = (Json(parts[0]), Json(parts[1]));
            if (header.ValueKind != JsonValueKind.Object || claims.ValueKind != JsonValueKind.Object || header.TryGetProperty("crit", out _)) return null;
            return new(header, claims, Encoding.UTF8.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }

    /// <summary>A text of the header or the claims; null when it is absent or something else.</summary>
    public static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A time in seconds since 1970; null when it is absent or none.</summary>
    public DateTimeOffset? Time(string claim) =>
        Claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 253_402_300_800 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    /// <summary>The texts of a claim that is a list or one text.</summary>
    public IEnumerable<string> Texts(string claim)
    {
        if (!Claims.TryGetProperty(claim, out var value)) return [];
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)],
            _ => [],
        };
    }

    /// <summary>The values of a claim that names several: each element of a list is one, spaces and all; a text has spaces between (RFC 8693, section 4.2).</summary>
    public IEnumerable<string> Values(string claim) =>
        Text(Claims, claim) is { } text ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries) : Texts(claim);

    private static JsonElement Json(string part) => StrictJson.Parse(Base64Url.DecodeFromChars(part));
}
