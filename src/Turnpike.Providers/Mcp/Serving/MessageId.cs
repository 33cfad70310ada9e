using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>The id of a message that cannot be read whole: who asked waits for an answer that has it.</summary>
internal static class MessageId
{
    /// <summary>The first id on top; null: there is none before what cannot be read, or it is neither a text nor a number.</summary>
    /// <param name="json">UTF-8.</param>
    public static JsonNode? Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("id"u8)) continue;
                reader.Read();
                return reader.TokenType is JsonTokenType.String or JsonTokenType.Number ? JsonNode.Parse(ref reader) : null;
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // It is not as far as that.
        }
        return null;
    }
}
