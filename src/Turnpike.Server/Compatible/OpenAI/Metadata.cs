using System.Text.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The vendor's <c>metadata</c>: at most 16 pairs of texts.</summary>
internal static class Metadata
{
    private const int MostPairs = 16;
    private const int LongestKey = 64;
    private const int LongestValue = 512;

    public static JsonElement? Read(JsonElement body)
    {
        if (body.Object("metadata") is not { } metadata) return null;
        var pairs = metadata.EnumerateObject().ToArray();
        if (pairs.Length > MostPairs) throw Given.Invalid("metadata", $"\"metadata\" has {pairs.Length} pairs; {MostPairs} are taken.");
        foreach (var pair in pairs)
        {
            if (pair.Name.Length > LongestKey) throw Given.Invalid("metadata", $"The key \"{pair.Name[..LongestKey]}…\" has more than {LongestKey} characters.");
            if (pair.Value.ValueKind != JsonValueKind.String) throw Given.Invalid("metadata." + pair.Name, $"\"metadata.{pair.Name}\" must be a string.");
            if (pair.Value.GetString()!.Length > LongestValue && pair.Name is not ("prompt_variables" or "inputs")) throw Given.Invalid("metadata." + pair.Name, $"\"metadata.{pair.Name}\" has more than {LongestValue} characters.");
        }
        return metadata;
    }
}
