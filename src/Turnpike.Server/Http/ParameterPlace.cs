using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Http;

/// <summary>Where in a body the parameters stand that are at fault: who reads parameters sees nothing around them.</summary>
internal static class ParameterPlace
{
    private const string Name = "parameters";

    /// <summary>The error, whose field begins with <c>parameters</c>, with the whole path, such as <c>cases[1].parameters.temperature</c>.</summary>
    public static TurnException Of(TurnException error, ReadOnlySpan<byte> json) =>
        Find(error.Message, json) is { } place && place != Name ? new(error.Code, error.Message, error) { Field = place + error.Field![Name.Length..] } : error;

    /// <summary>Whether an error is one of parameters.</summary>
    public static bool Fits(TurnException error) => error.Field is Name || error.Field?.StartsWith(Name + ".", StringComparison.Ordinal) == true;

    private static string? Find(string message, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ForeignJson.Deepest });
        var path = new JsonPath();
        while (reader.Read())
        {
            var isName = reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(Name);
            path.Take(ref reader);
            if (!isName) continue;
            var value = reader;
            value.Read();
            if (Fault(JsonElement.ParseValue(ref value)) == message) return path.ToString();
        }
        return null;
    }

    private static string? Fault(JsonElement parameters)
    {
        try
        {
            parameters.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.TurnParameters));
            return null;
        }
        catch (TurnException error)
        {
            return error.Message;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
