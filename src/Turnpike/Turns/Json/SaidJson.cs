using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Json;

/// <summary>A value of any kind that may be left out: a <c>null</c> that was sent is one, for it was said.</summary>
internal sealed class SaidJson : JsonConverter<JsonElement?>
{
    public override bool HandleNull => true;

    public override JsonElement? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

    public override void Write(Utf8JsonWriter writer, JsonElement? value, JsonSerializerOptions options)
    {
        if (value is { } said) said.WriteTo(writer);
        else writer.WriteNullValue();
    }
}
