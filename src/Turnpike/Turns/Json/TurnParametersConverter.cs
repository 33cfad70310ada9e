using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Json;

/// <summary>Parameters by the one table: any alias is read, the plain name is written, null is left out.</summary>
internal sealed class TurnParametersConverter : JsonConverter<TurnParameters>
{
    public override TurnParameters Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ParameterTable.ReadKept(JsonElement.ParseValue(ref reader));

    public override void Write(Utf8JsonWriter writer, TurnParameters value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var parameter in ParameterTable.All)
        {
            if (parameter.Of(value) is not { } set) continue;
            writer.WritePropertyName(parameter.Name);
            JsonValues.Write(writer, set);
        }
        writer.WriteEndObject();
    }
}
