using System.Text.Json;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Stores;

/// <summary>Values of variables as one sealed text under an empty name, which no variable can have.</summary>
internal static class SealedValues
{
    /// <summary>The values, sealed.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Seal(this ISecretBox secrets, IReadOnlyDictionary<string, JsonElement> values, string purpose)
    {
        if (values.Count == 0) return values;
        var text = secrets.Seal(JsonSerializer.Serialize(values, TurnpikeJson.Relaxed.IReadOnlyDictionaryStringJsonElement), purpose);
        return new Dictionary<string, JsonElement> { [""] = JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String) };
    }

    /// <summary>The values again; those that were never sealed as they are.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Open(this ISecretBox secrets, IReadOnlyDictionary<string, JsonElement> values, string purpose) =>
        !values.TryGetValue("", out var kept) || kept.ValueKind != JsonValueKind.String ? values : JsonSerializer.Deserialize(secrets.Open(kept.GetString()!, purpose), TurnpikeJson.Relaxed.DictionaryStringJsonElement)!;
}
