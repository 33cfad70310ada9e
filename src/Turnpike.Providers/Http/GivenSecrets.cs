using System.Text.Json;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Providers.Http;

/// <summary>What somebody elsewhere was given to show who asks: taken out of whatever is told or kept of their answers, for servers repeat what they refuse.</summary>
/// <param name="key">A key, which is a secret however short; null: none.</param>
/// <param name="values">Headers and variables, each of which may be one.</param>
internal sealed class GivenSecrets(string? key, IEnumerable<string> values)
{
    private const int Shortest = 5; // "true" and "8080" stand in texts that have nothing to do with them

    /// <summary>Each in every form in which it may come back, longest first: one may be part of another.</summary>
    public IReadOnlyList<string> All { get; } =
        [.. Forms(key ?? "").Where(form => form.Length > 0).Concat(values.SelectMany(Forms).Where(form => form.Length >= Shortest)).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];

    /// <summary>The text with the mask in the place of each.</summary>
    public string Clean(string text)
    {
        foreach (var secret in All) text = text.Replace(secret, ToolServer.Mask, StringComparison.Ordinal);
        return text;
    }

    /// <summary>A value, what stands in it behind "Bearer" and its like, and both as JSON writes them.</summary>
    private static IEnumerable<string> Forms(string value)
    {
        var bare = value.Trim();
        string[] forms = bare.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? [bare, bare[(space + 1)..].Trim()] : [bare];
        return forms.Concat(forms.Select(form => JsonEncodedText.Encode(form).ToString()));
    }
}
