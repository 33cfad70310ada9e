using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The vendor's <c>metadata</c>: at most 16 pairs of texts.</summary>
internal static class Metadata
{
    private const int MostPairs = 16;
    private const int LongestKey = 64;
    private const int LongestValue = 512;
    private static readonly string[] Values = ["prompt_variables", "inputs"];

    /// <summary>The metadata that a turn keeps: without the values for its prompt's variables, for what of them may be kept the turn keeps where secrets are known.</summary>
    public static JsonElement? Kept(JsonElement body)
    {
        if (Read(body) is not { } metadata) return null;
        var kept = JsonObject.Create(metadata)!;
        foreach (var name in Values) kept.Remove(name);
        return JsonSerializer.SerializeToElement(kept, TurnpikeJson.Relaxed.JsonObject);
    }

    public static JsonElement? Read(JsonElement body)
    {
        if (body.Object("metadata") is not { } metadata) return null;
        var pairs = metadata.EnumerateObject().ToArray();
        if (pairs.Length > MostPairs) throw Given.Invalid("metadata", $"\"metadata\" has {pairs.Length} pairs; {MostPairs} are taken.");
        foreach (var pair in pairs)
        {
            if (pair.Name.Length > LongestKey) throw Given.Invalid("metadata", $"The key \"{pair.Name[..LongestKey]}…\" has more than {LongestKey} characters.");
            if (pair.Value.ValueKind != JsonValueKind.String) throw Given.Invalid("metadata." + pair.Name, $"\"metadata.{pair.Name}\" must be a string.");
            if (pair.Value.GetString()!.Length > LongestValue && !Values.Contains(pair.Name)) throw Given.Invalid("metadata." + pair.Name, $"\"metadata.{pair.Name}\" has more than {LongestValue} characters.");
        }
        return metadata;
    }
}
