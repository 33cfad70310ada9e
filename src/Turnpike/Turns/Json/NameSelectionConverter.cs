using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Turns.Json;

/// <summary>A choice of names: a list, of which each is added, or <c>{only?, add?, remove?}</c>. It is written as the object.</summary>
internal sealed class NameSelectionConverter : JsonConverter<NameSelection>
{
    private const string Form = "a list of names, or an object of the lists \"only\", \"add\" and \"remove\"";

    public override NameSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, options);

    public override void Write(Utf8JsonWriter writer, NameSelection value, JsonSerializerOptions options) => Write(writer, value);

    public static NameSelection Read(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray) return NameSelection.Adding(Names(ref reader, options) ?? []);
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException($"{JsonWords.ItMust}be {Form}.");
        var selection = NameSelection.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            selection = member switch
            {
                "only" => selection with { Only = Names(ref reader, options) },
                "add" => selection with { Add = Names(ref reader, options) ?? [] },
                "remove" => selection with { Remove = Names(ref reader, options) ?? [] },
                _ => throw new JsonException($"\"{member}\" does not fit in a choice of names: it takes \"only\", \"add\" and \"remove\", each a list."),
            };
        }
        return selection;
    }

    public static void Write(Utf8JsonWriter writer, NameSelection value)
    {
        writer.WriteStartObject();
        if (value.Only is { } only) Write(writer, "only", only);
        Write(writer, "add", value.Add);
        Write(writer, "remove", value.Remove);
        writer.WriteEndObject();
    }

    /// <summary>Writes an array of names.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<string> names)
    {
        writer.WriteStartArray();
        foreach (var name in names) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, string member, IReadOnlyList<string> names)
    {
        writer.WritePropertyName(member);
        Write(writer, names);
    }

    /// <summary>The names, read where they stand, so that an error knows its place; null: none are said.</summary>
    private static IReadOnlyList<string>? Names(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException($"{JsonWords.ItMust}be a list of names.");
        return ((JsonConverter<IReadOnlyList<string>>)options.GetTypeInfo(typeof(IReadOnlyList<string>)).Converter).Read(ref reader, typeof(IReadOnlyList<string>), options);
    }
}
