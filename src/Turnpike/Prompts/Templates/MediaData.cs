using System.Text.Json;

namespace Turnpike.Prompts.Templates;

/// <summary>Tells media that are given as <c>data:</c> URLs from text.</summary>
internal static class MediaData
{
    /// <summary>The characters of a data: URL; 0 for any other address.</summary>
    public static int LengthOf(string address) => address.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? address.Length : 0;

    /// <summary>The characters of all data: URLs that messages hold.</summary>
    public static int LengthOf(JsonElement messages) => messages.ValueKind switch
    {
        JsonValueKind.Array => messages.EnumerateArray().Sum(LengthOf),
        JsonValueKind.Object => messages.EnumerateObject().Sum(member => member.NameEquals("url") && member.Value.ValueKind == JsonValueKind.String ? LengthOf(member.Value.GetString()!) : LengthOf(member.Value)),
        _ => 0,
    };
}
