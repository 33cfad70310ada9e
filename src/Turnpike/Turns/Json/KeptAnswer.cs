using System.Buffers;
using System.Text;
using System.Text.Json;
using Turnpike.Turns.Calls;

namespace Turnpike.Turns.Json;

/// <summary>An answer as it is kept: also the media in it, which no request's body can set.</summary>
internal static class KeptAnswer
{
    private const string Parts = "parts";

    /// <summary>The answer as JSON.</summary>
    public static string Write(CallAnswer answer)
    {
        if (answer.Parts is not { } parts) return JsonSerializer.Serialize(answer, TurnpikeJson.Relaxed.CallAnswer);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var member in JsonSerializer.SerializeToElement(answer, TurnpikeJson.Relaxed.CallAnswer).EnumerateObject()) member.WriteTo(writer);
            writer.WritePropertyName(Parts);
            ToolParts.Write(writer, parts);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what was written.</summary>
    public static CallAnswer Read(string json)
    {
        var kept = JsonElement.Parse(json, JsonElements.Kept);
        var answer = KeptJson.Read(kept, TurnpikeJson.Relaxed.CallAnswer)!;
        return kept.TryGetProperty(Parts, out var parts) ? answer with { Parts = ToolParts.Read(parts) } : answer;
    }
}
