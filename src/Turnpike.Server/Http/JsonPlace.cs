using System.Text;
using System.Text.Json;

namespace Turnpike.Server.Http;

/// <summary>Where in a JSON text something stands.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">In characters, from 1.</param>
/// <param name="Field">The path of the value, such as <c>resources[0].kind</c>; null for the whole.</param>
internal readonly record struct JsonPlace(int Line, int Column, string? Field)
{
    /// <summary>The token before a place as the serializer names it: it counts from 0, in bytes, and stands behind what it did not like.</summary>
    public static JsonPlace Before(ReadOnlySpan<byte> json, long line, long byteInLine)
    {
        var end = Offset(json, line, byteInLine);
        var (at, path) = (end, new JsonPath());
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read() && reader.TokenStartIndex < end)
            {
                at = (int)reader.TokenStartIndex;
                path.Take(ref reader);
            }
        }
        catch (JsonException)
        {
            at = end; // it is no JSON from here on
        }
        var start = json[..at].LastIndexOf((byte)'\n') + 1;
        return new(json[..at].Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(json[start..at]) + 1, path.ToString());
    }

    private static int Offset(ReadOnlySpan<byte> json, long line, long byteInLine)
    {
        var start = 0;
        for (; line > 0 && json[start..].IndexOf((byte)'\n') is >= 0 and var length; line--) start += length + 1;
        return (int)Math.Min(json.Length, start + byteInLine);
    }
}
