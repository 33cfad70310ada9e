using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Storage.Secrets;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Storage.Stores;

/// <summary>Values of variables as one sealed text under an empty name, which no variable can have.</summary>
internal static class SealedValues
{
    /// <summary>The values, sealed; those that could not be opened as they were.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Seal(this ISecretBox secrets, IReadOnlyDictionary<string, JsonElement> values, string purpose)
    {
        if (values.Count == 0 && values is not UnreadableValues) return values;
        var text = values is UnreadableValues unread ? unread.Kept : secrets.Seal(JsonSerializer.Serialize(values, TurnpikeJson.Relaxed.IReadOnlyDictionaryStringJsonElement), purpose);
        return new Dictionary<string, JsonElement> { [""] = JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String) };
    }

    /// <summary>The values again; those that were never sealed as they are, <see cref="UnreadableValues"/> where their key is not here.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Open(this ISecretBox secrets, IReadOnlyDictionary<string, JsonElement> values, string purpose) =>
        !values.TryGetValue("", out var kept) || kept.ValueKind != JsonValueKind.String ? values : secrets.OpenValues(kept.GetString()!, purpose);

    /// <summary>The values of a sealed text; <see cref="UnreadableValues"/> where its key is not here.</summary>
    public static IReadOnlyDictionary<string, JsonElement> OpenValues(this ISecretBox secrets, string text, string purpose) =>
        secrets.TryOpen(text, purpose) is { } json ? KeptJson.Read(json, TurnpikeJson.Relaxed.DictionaryStringJsonElement)! : new UnreadableValues(text);

    /// <summary>Opens what was sealed; null where its key is not here, which is logged.</summary>
    /// <exception cref="TurnException"><c>storage_unavailable</c>: the keys themselves cannot be read, so nobody knows.</exception>
    public static string? TryOpen(this ISecretBox secrets, string text, string purpose)
    {
        try
        {
            return secrets.Open(text, purpose);
        }
        catch (TurnException gone) when (gone is { Code: TurnErrorCode.StorageUnavailable, InnerException: CryptographicException })
        {
            (secrets as SecretBox)?.TellLost(purpose);
            return null;
        }
    }
}
