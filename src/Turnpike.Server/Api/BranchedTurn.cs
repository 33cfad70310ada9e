using System.Text.Json;
using System.Text.Json.Serialization;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>A turn with those that answer to the same one: <c>{…the turn, siblings}</c>.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="Siblings">Ids of the turns at its place, itself among them, oldest first.</param>
[JsonConverter(typeof(BranchedTurnConverter))]
internal sealed record BranchedTurn(Turn Turn, IReadOnlyList<string> Siblings);

/// <summary>Writes a turn's members, then the siblings.</summary>
internal sealed class BranchedTurnConverter : JsonConverter<BranchedTurn>
{
    public override BranchedTurn Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Turns with siblings are only written.");

    public override void Write(Utf8JsonWriter writer, BranchedTurn value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var member in JsonSerializer.SerializeToElement(value.Turn, TurnpikeJson.Relaxed.Turn).EnumerateObject()) member.WriteTo(writer);
        writer.WriteStartArray("siblings"u8);
        foreach (var sibling in value.Siblings) writer.WriteStringValue(sibling);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
