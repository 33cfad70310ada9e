using System.Buffers;
using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Clients;

/// <summary>A prepared turn as the object that <c>POST /api/turns/preview</c> answers with.</summary>
internal static class PreviewJson
{
    /// <summary>The object.</summary>
    public static JsonElement Of(PreparedTurn turn)
    {
        var json = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) Write(writer, turn);
        var reader = new Utf8JsonReader(json.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private static void Write(Utf8JsonWriter writer, PreparedTurn turn)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("request");
        JsonSerializer.Serialize(writer, turn.Request, TurnpikeJson.Relaxed.ModelRequest);
        writer.WritePropertyName("trace");
        JsonSerializer.Serialize(writer, turn.Draft.Trace.Stations(), TurnpikeJson.Relaxed.IReadOnlyListTraceStation);
        writer.WritePropertyName("variables");
        turn.Variables.Explain(writer);
        writer.WritePropertyName("warnings");
        JsonSerializer.Serialize(writer, turn.Warnings, TurnpikeJson.Relaxed.IReadOnlyListTurnWarning);
        writer.WriteStartObject("tokens");
        writer.WriteNumber("input", turn.Tokens);
        writer.WriteBoolean("estimated", true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
