using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Http;

/// <summary>Says what is wrong with a JSON body: line and column, and <see cref="JsonWords"/>.</summary>
internal static class JsonFault
{
    public static TurnException Of(JsonException error, ReadOnlySpan<byte> json, JsonSerializerOptions options, string whole = "the body")
    {
        var place = JsonPlace.Before(json, error.LineNumber ?? 0, error.BytePositionInLine ?? 0);
        var field = JsonWords.Missing(error) is { } missing ? place.Field is null ? missing : $"{place.Field}.{missing}" : place.Field;
        return new(TurnErrorCode.RequestInvalid, $"Line {place.Line}, column {place.Column} of {whole}: {JsonWords.Of(error, options, place.Field, typeof(JsonFault).Assembly, whole)}") { Field = field };
    }
}
