using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Http;

/// <summary>Writes JSON answers. They are made whole before their first byte is sent, so that a fault in the middle can still be told.</summary>
internal static class Answer
{
    public static Task WriteAsync<T>(HttpContext http, T value, JsonTypeInfo<T> type, int status = 200, string contentType = "application/json") =>
        WriteAsync(http, writer => JsonSerializer.Serialize(writer, value, type), status, contentType);

    public static async Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write, int status = 200, string contentType = "application/json")
    {
        var json = new ArrayBufferWriter<byte>(1024);
        await using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) write(writer);
        await WriteAsync(http, json.WrittenMemory, status, contentType);
    }

    public static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> json, int status = 200, string contentType = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = json.Length;
        await http.Response.BodyWriter.WriteAsync(json, http.RequestAborted);
    }
}
