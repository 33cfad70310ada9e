using System.Text.Json;
using Turnpike.Prompts.Templates;

namespace Turnpike.Turns.Secrets;

/// <summary>The texts that a secret value becomes where it is written: itself, without the white space around it, inside of JSON, line by line, an address as it is sent, a number in its shortest form.</summary>
internal static class SecretForms
{
    private const int MostLines = 200; // a key, not a book
    private const int ShortestLine = 8;

    /// <summary>The forms of a value. The truth of a boolean has none: a mask for each "true" would hide everything else.</summary>
    public static IEnumerable<string> Of(JsonElement secret) => secret.ValueKind switch
    {
        JsonValueKind.Array => secret.EnumerateArray().SelectMany(Of),
        JsonValueKind.Object => secret.EnumerateObject().SelectMany(member => Of(member.Value)),
        JsonValueKind.String => Of(secret.GetString()!),
        JsonValueKind.Number => [secret.GetRawText(), TemplateNumber.Text(secret)],
        _ => [],
    };

    /// <summary>The forms of a text.</summary>
    public static IEnumerable<string> Of(string secret)
    {
        yield return secret;
        if (Uri.TryCreate(secret, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.AbsoluteUri != secret) yield return address.AbsoluteUri;
        if (secret.AsSpan().Trim().Length < secret.Length) yield return secret.Trim();
        var json = JsonText.Of(secret, 0)[1..^1];
        if (json.Length == secret.Length) yield break; // nothing in it is escaped, so it has one line
        yield return json;
        if (json.AsSpan().Trim().Length < json.Length) yield return json.Trim();
        var lines = secret.Split('\n', MostLines + 1);
        if (lines.Length is 1 or > MostLines) yield break;
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length >= ShortestLine)) yield return line;
    }
}
