using System.Text.Json;

namespace Turnpike.Providers.OpenAICompatible;

/// <summary>Reads <c>tool_calls</c> of a chunk: <c>[{index?, id?, function: {name?, arguments?}}]</c>, each with what the server chose to send.</summary>
internal static class ToolCallPieces
{
    /// <summary>Adds every piece to its call. The reader stands at the member's name.</summary>
    public static void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ToolCallAssembler calls)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }
            int? index = null;
            string? callId = null, name = null, arguments = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("function"u8)) ReadFunction(ref reader, json, ref name, ref arguments);
                else if (reader.ValueTextEquals("index"u8)) index = reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : null;
                else if (reader.ValueTextEquals("id"u8)) callId = reader.Read() ? JsonText.ReadAny(ref reader, json) : null;
                else reader.Skip();
            }
            calls.Add(index, callId, name, arguments);
        }
    }

    private static void ReadFunction(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref string? name, ref string? arguments)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8)) name = reader.Read() ? JsonText.ReadAny(ref reader, json) : null;
            else if (reader.ValueTextEquals("arguments"u8)) arguments = reader.Read() ? JsonText.ReadAny(ref reader, json) : null;
            else reader.Skip();
        }
    }
}
