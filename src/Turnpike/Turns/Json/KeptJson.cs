using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Turnpike.Turns.Json;

/// <summary>
/// How values are read that a program of ours wrote: from rows, and from answers of a server. It may have been a newer one, for nodes are replaced one after the other and clients stay behind:
/// members that are not known here are passed over, where <see cref="StrictJson"/> refuses them.
/// </summary>
internal static class KeptJson
{
    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> Lenient = [];

    /// <summary>How a type is read.</summary>
    /// <param name="type">The type, as it is written.</param>
    public static JsonTypeInfo<T> Of<T>(JsonTypeInfo<T> type) => (JsonTypeInfo<T>)Lenient.GetValue(type.Options, Make).GetTypeInfo(typeof(T));

    /// <summary>A value.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="type">Its type, as it is written.</param>
    /// <exception cref="JsonException">It is no such value.</exception>
    public static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, Of(type));

    /// <inheritdoc cref="Read{T}(ReadOnlySpan{byte}, JsonTypeInfo{T})"/>
    public static T? Read<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, Of(type));

    /// <inheritdoc cref="Read{T}(ReadOnlySpan{byte}, JsonTypeInfo{T})"/>
    public static T? Read<T>(JsonElement json, JsonTypeInfo<T> type) => json.Deserialize(Of(type));

    /// <inheritdoc cref="Read{T}(ReadOnlySpan{byte}, JsonTypeInfo{T})"/>
    public static T? Read<T>(JsonNode json, JsonTypeInfo<T> type) => json.Deserialize(Of(type));

    private static JsonSerializerOptions Make(JsonSerializerOptions written)
    {
        var kept = new JsonSerializerOptions(written) { TypeInfoResolver = written.TypeInfoResolver!.WithAddedModifier(PassOver) };
        kept.MakeReadOnly();
        return kept;
    }

    private static void PassOver(JsonTypeInfo type)
    {
        if (type.Kind == JsonTypeInfoKind.Object) type.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
    }
}
