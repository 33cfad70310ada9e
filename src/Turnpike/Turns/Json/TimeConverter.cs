using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Json;

/// <summary>Times as the event log writes them: ISO-8601 in UTC with milliseconds, such as <c>2026-01-31T12:00:00.000Z</c>. Any offset and precision is read.</summary>
public sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    private const int Milliseconds = 23; // the length of 2026-01-31T12:00:00.000

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> text = stackalloc byte[40];
        value.UtcDateTime.TryFormat(text, out _, "O");
        text[Milliseconds] = (byte)'Z';
        writer.WriteStringValue(text[..(Milliseconds + 1)]);
    }
}
