using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Json;

/// <summary>Times as the native API writes them everywhere: UTC, to the millisecond, <c>2026-03-04T05:06:07.089Z</c>. Any ISO 8601 time is read.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[24];
        value.UtcDateTime.TryFormat(text, out var written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }
}
