using System.Text;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// Messages that are nested deeper than the SDK reads, or hold halves of characters, which become U+FFFD. It would pass over the whole message; so of a list of tools only the deep ones lose what they say, and any
/// other message becomes an error that says why.
/// </summary>
internal static class DeepMessages
{
    /// <summary>The deepest level that is handed on; the SDK reads 64.</summary>
    public const int Deepest = 60;

    /// <summary>Says of a tool in a list, in place of its schema, that it was nested too deeply.</summary>
    public const string Mark = "turnpike/deep";

    private const int ToolLevel = 3;

    /// <summary>A message, or a line that holds one, as it may be handed on.</summary>
    public static ReadOnlyMemory<byte> Split(ReadOnlyMemory<byte> line)
    {
        line = ForeignJson.Readable(line);
        if (!MayBeDeep(line.Span)) return line;
        var start = line.Span.StartsWith("data:"u8) ? line.Span.IndexOf((byte)'{') : 0;
        if (start < 0) return line;
        try
        {
            return Rewritten(line, start);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return line; // it is not JSON, which its reader says better
        }
    }

    /// <summary>Whether there are so many openings more than closings anywhere, those in texts counted too.</summary>
    private static bool MayBeDeep(ReadOnlySpan<byte> line)
    {
        if (line.Length < Deepest) return false;
        var open = 0;
        foreach (var letter in line) if (letter is (byte)'{' or (byte)'[' && ++open > Deepest) return true;
        return false;
    }

    private static ReadOnlyMemory<byte> Rewritten(ReadOnlyMemory<byte> line, int start)
    {
        var found = Read(line.Span[start..]);
        if (found.Deepest <= Deepest) return line;
        var text = new StringBuilder();
        text.Append(Encoding.UTF8.GetString(line.Span[..start]));
        if (found.DeepestElsewhere > Deepest)
        {
            text.Append("""{"jsonrpc":"2.0","id":""").Append(found.Id ?? "null").Append(""","error":{"code":-32603,"message":"The answer is nested deeper than """).Append(Deepest).Append(" levels.\"}}\n");
            return Encoding.UTF8.GetBytes(text.ToString());
        }
        var at = 0;
        foreach (var tool in found.Tools)
        {
            text.Append(Encoding.UTF8.GetString(line.Span[(start + at)..(start + tool.Start)]));
            text.Append("""{"name":""").Append(tool.Name ?? "\"\"").Append(",\"").Append(Mark).Append("\":true}");
            at = tool.End;
        }
        text.Append(Encoding.UTF8.GetString(line.Span[(start + at)..]));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Walks through a message once: its id, its tools that are too deep, and how deep it is elsewhere.</summary>
    private static Found Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue, AllowMultipleValues = true });
        var found = new Found();
        var (inResult, inTools, toolStart, toolDepth) = (false, false, -1, 0);
        string? name = null;
        while (reader.Read() && !(reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject))
        {
            var depth = reader.CurrentDepth;
            if (depth > found.Deepest) found.Deepest = depth;
            if (toolStart >= 0 && depth > toolDepth) toolDepth = depth;
            else if (toolStart < 0 && depth > found.DeepestElsewhere) found.DeepestElsewhere = depth;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName when depth == 1:
                    inResult = reader.ValueTextEquals("result"u8);
                    if (reader.ValueTextEquals("id"u8) && reader.Read()) found.Id = Raw(json, ref reader);
                    break;
                case JsonTokenType.PropertyName when depth == 2: inTools = inResult && reader.ValueTextEquals("tools"u8); break;
                case JsonTokenType.StartObject when depth == ToolLevel && inTools: (toolStart, toolDepth, name) = ((int)reader.TokenStartIndex, depth, null); break;
                case JsonTokenType.PropertyName when depth == ToolLevel + 1 && toolStart >= 0 && reader.ValueTextEquals("name"u8):
                    if (reader.Read() && reader.TokenType == JsonTokenType.String) name = Raw(json, ref reader);
                    break;
                case JsonTokenType.EndObject when depth == ToolLevel && toolStart >= 0:
                    if (toolDepth > Deepest) found.Tools.Add((toolStart, (int)reader.BytesConsumed, name));
                    toolStart = -1;
                    break;
            }
        }
        return found;
    }

    private static string Raw(ReadOnlySpan<byte> json, ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? "null" : Encoding.UTF8.GetString(json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed]);

    private sealed class Found
    {
        public int Deepest { get; set; }
        public int DeepestElsewhere { get; set; }
        public string? Id { get; set; }
        public List<(int Start, int End, string? Name)> Tools { get; } = [];
    }
}
