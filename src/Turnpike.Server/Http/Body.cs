using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Http;

/// <summary>Reads and writes JSON bodies. A body is JSON whatever its Content-Type says, so that <c>curl -d</c> works.</summary>
internal static class Body
{
    /// <exception cref="TurnException"><c>request_invalid</c> with line, column and field.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted) ?? throw new TurnException(TurnErrorCode.RequestInvalid, "The body is null; it must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw http.Request.ContentLength == 0 ? new TurnException(TurnErrorCode.RequestInvalid, "The body is empty; it must be a JSON object.") : JsonFault.Of(error);
        }
    }

    public static Task<JsonElement> ReadAsync(HttpContext http) => ReadAsync(http, TurnpikeJson.Relaxed.JsonElement).AsTask();

    public static async Task WriteAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.BodyWriter, value, type, http.RequestAborted);
    }

    public static async Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write, int status = 200)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter, TurnpikeJson.Writer);
        write(writer);
    }

    public static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> json)
    {
        http.Response.ContentType = "application/json";
        await http.Response.BodyWriter.WriteAsync(json, http.RequestAborted);
    }

    /// <summary>A whole number of the query.</summary>
    public static int Number(HttpContext http, string name, int standard, int min, int max)
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0) return standard;
        return int.TryParse(text, out var number) && number >= min && number <= max ? number : throw new TurnException(TurnErrorCode.RequestInvalid, $"\"{name}\" is \"{text}\"; it must be a whole number from {min} to {max}.") { Field = name };
    }

    /// <summary>A text of the query; null when it is not there.</summary>
    public static string? Text(HttpContext http, string name) => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null;
}
