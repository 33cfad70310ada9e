using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Json;

/// <summary>A change in a trace: values of any kind that parameters and traces hold are written; read back they are JSON.</summary>
internal sealed class TraceChangeConverter : JsonConverter<TraceChange>
{
    public override TraceChange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = JsonElement.ParseValue(ref reader);
        object? Value(string name) => value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;
        TextSpan? span = value.TryGetProperty("span", out var place) ? new(place.GetProperty("start").GetInt32(), place.GetProperty("end").GetInt32()) : null;
        return new(value.GetProperty("path").GetString()!, Value("before"), Value("after"), value.GetProperty("source").GetString()!, span);
    }

    public override void Write(Utf8JsonWriter writer, TraceChange value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("path"u8, value.Path);
        writer.WritePropertyName("before"u8);
        JsonValues.Write(writer, value.Before);
        writer.WritePropertyName("after"u8);
        JsonValues.Write(writer, value.After);
        writer.WriteString("source"u8, value.Source);
        if (value.Span is { } span)
        {
            writer.WriteStartObject("span"u8);
            writer.WriteNumber("start"u8, span.Start);
            writer.WriteNumber("end"u8, span.End);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }
}
