using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>
/// Reads JSON bodies. No content type, or that of a form, is taken for JSON, so that <c>curl -d</c> works without a header; a page of another origin can send
/// such a body without asking first, which is why <see cref="Doorkeeper"/> looks at the origin.
/// </summary>
internal static class Body
{
    private const int FirstBytes = 64 << 10;
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="TurnException"><c>request_invalid</c> with line, column and field.</exception>
    /// <exception cref="BadHttpRequestException">415: it says it is something else than JSON.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type) where T : class
    {
        RequireJson(http.Request.ContentType);
        var json = await BytesAsync(http);
        if (json.IsEmpty) throw new TurnException(TurnErrorCode.RequestInvalid, "The body is empty; it must be a JSON object.");
        try
        {
            return JsonSerializer.Deserialize(json.Span, type) ?? throw new TurnException(TurnErrorCode.RequestInvalid, "The body is null; it must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw JsonFault.Of(error, json.Span, type.Options);
        }
    }

    /// <summary>As <see cref="ReadAsync"/>; an empty body is the standard.</summary>
    public static async ValueTask<T> ReadOrAsync<T>(HttpContext http, JsonTypeInfo<T> type, T standard) where T : class =>
        http.Request.ContentLength is 0 or null && !http.Request.Headers.ContainsKey("Transfer-Encoding") ? standard : await ReadAsync(http, type);

    private static void RequireJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType)) return;
        var type = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed.MediaType : null;
        if (type is "application/json" or "text/json" or "text/plain" or "application/x-www-form-urlencoded" || type?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true) return;
        throw new BadHttpRequestException($"The body says it is \"{contentType}\". Send JSON, with the Content-Type application/json or none.", 415);
    }

    private static async ValueTask<ReadOnlyMemory<byte>> BytesAsync(HttpContext http)
    {
        using var bytes = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, FirstBytes));
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        var json = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        return json.Span.StartsWith(Utf8Mark) ? json[Utf8Mark.Length..] : json;
    }
}
