using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Turns;

/// <summary>Hides the values of secret variables where people look: traces, previews, explanations.</summary>
internal static class SecretText
{
    /// <summary>What stands in a secret's place.</summary>
    public const string Mask = "•••";

    /// <summary>The same as JSON.</summary>
    public static JsonElement Masked { get; } = JsonSerializer.SerializeToElement(Mask, TurnpikeJson.Relaxed.String);

    /// <summary>A text in which no secret stands.</summary>
    public static string Hide(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets) text = text.Replace(secret, Mask, StringComparison.Ordinal);
        return text;
    }
}
