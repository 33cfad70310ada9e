using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Turnpike.Turns.Json;

/// <summary>
/// How values are read that somebody sends, more strictly than what is kept: a word is one of those that are declared, not a number, another case or a list of them, and
/// where there are several texts, none of them is null. A whole number may be written as <c>1.0</c>, as JSON Schema has it and some languages write it.
/// </summary>
internal static class GivenJson
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Strict = [];

    public static JsonTypeInfo<T> Of<T>(JsonTypeInfo<T> type) => (JsonTypeInfo<T>)Strict.GetValue(type.Options, Make).GetTypeInfo(typeof(T));

    private static JsonSerializerOptions Make(JsonSerializerOptions kept)
    {
        var given = new JsonSerializerOptions(kept) { Converters = { new Words(), new Texts(), new NamedTexts(), new Whole(), new LongWhole() } };
        given.MakeReadOnly();
        return given;
    }

    private sealed class Words : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum && typeToConvert.GetCustomAttribute<JsonConverterAttribute>() is not null;

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => (JsonConverter)Activator.CreateInstance(typeof(Word<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class Word<T> : JsonConverter<T> where T : struct, Enum
    {
        private static readonly Dictionary<string, T> Declared = Enum.GetValues<T>().ToDictionary(Of, StringComparer.Ordinal);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && Declared.TryGetValue(reader.GetString()!, out var word) ? word : throw new JsonException($"{JsonWords.ItMust}be one of {string.Join(", ", Declared.Keys)}.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Of(value));

        private static string Of(T word) => typeof(T).GetField(word.ToString())?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? word.ToString();
    }

    private sealed class Texts : JsonConverter<IReadOnlyList<string>>
    {
        public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException();
            var texts = new List<string>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) texts.Add(Text(ref reader));
            return texts;
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) => JsonValues.Write(writer, value);
    }

    private sealed class NamedTexts : JsonConverter<IReadOnlyDictionary<string, string>>
    {
        public override IReadOnlyDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                reader.Read();
                if (!texts.TryAdd(name, Text(ref reader))) throw new JsonException($"\"{name}\" is there twice.");
            }
            return texts;
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            foreach (var (name, text) in value) writer.WriteString(name, text);
            writer.WriteEndObject();
        }
    }

    private sealed class Whole : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => WholeOf(ref reader) is >= int.MinValue and <= int.MaxValue and var number ? (int)number : reader.GetInt32();

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    private sealed class LongWhole : JsonConverter<long>
    {
        public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => WholeOf(ref reader) is >= long.MinValue and <= long.MaxValue and var number ? (long)number : reader.GetInt64();

        public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }

    /// <summary>A whole number, however it is written; null: it is none, which the reader says.</summary>
    private static decimal? WholeOf(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var number) && decimal.Truncate(number) == number ? number : null;

    private static string Text(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException(JsonWords.ItMust + "be a text.");
}
