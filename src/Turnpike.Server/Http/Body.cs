using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Turnpike.Turns;
using Turnpike.Turns.Json;

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
        return json.IsEmpty ? throw Empty() : Parsed(json, type);
    }

    /// <summary>As <see cref="ReadAsync"/>; an empty body is the standard. Only reading tells: a body may come in chunks, or in frames of HTTP/2, and say no length.</summary>
    public static async ValueTask<T> ReadOrAsync<T>(HttpContext http, JsonTypeInfo<T> type, T standard) where T : class
    {
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false) return standard;
        var json = await BytesAsync(http);
        if (json.IsEmpty) return standard;
        RequireJson(http.Request.ContentType);
        return Parsed(json, type);
    }

    /// <summary>Hands the JSON of the body to whoever reads it.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c> with line, column and field, for what the reader says is no such JSON.</exception>
    public static async ValueTask<T> HandAsync<T>(HttpContext http, Func<ReadOnlyMemory<byte>, Task<T>> read, JsonSerializerOptions options)
    {
        RequireJson(http.Request.ContentType);
        var json = await BytesAsync(http);
        if (json.IsEmpty) throw Empty();
        try
        {
            return await read(json);
        }
        catch (JsonException error)
        {
            throw JsonFault.Of(error, json.Span, options);
        }
    }

    private static T Parsed<T>(ReadOnlyMemory<byte> json, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return StrictJson.Read(json.Span, type) ?? throw new TurnException(TurnErrorCode.RequestInvalid, "The body is null; it must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw JsonFault.Of(error, json.Span, type.Options);
        }
        catch (TurnException error) when (ParameterPlace.Fits(error))
        {
            throw ParameterPlace.Of(error, json.Span);
        }
    }

    /// <summary>The body as a JSON object, as it is; no name stands in it twice, and all its texts are Unicode.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c> with line and column.</exception>
    public static async ValueTask<JsonElement> ObjectAsync(HttpContext http)
    {
        RequireJson(http.Request.ContentType);
        var json = await BytesAsync(http);
        return json.IsEmpty ? throw Empty() : Object(json);
    }

    /// <summary>As <see cref="ObjectAsync"/>; an empty body is an empty object, whatever type it says it is.</summary>
    public static async ValueTask<JsonElement> ObjectOrAsync(HttpContext http)
    {
        var json = await BytesAsync(http);
        if (json.IsEmpty) return Object("{}"u8.ToArray());
        RequireJson(http.Request.ContentType);
        return Object(json);
    }

    private static JsonElement Object(ReadOnlyMemory<byte> json)
    {
        try
        {
            var body = StrictJson.Parse(json);
            return body.ValueKind == JsonValueKind.Object ? body : throw new TurnException(TurnErrorCode.RequestInvalid, "The body must be a JSON object.");
        }
        catch (JsonException error)
        {
            throw JsonFault.Of(error, json.Span, TurnpikeJson.Relaxed.Options);
        }
    }

    /// <summary>Reads a body of any type as text.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: it is empty, or no UTF-8.</exception>
    public static async ValueTask<string> TextAsync(HttpContext http)
    {
        var bytes = await BytesAsync(http);
        if (bytes.IsEmpty) throw new TurnException(TurnErrorCode.RequestInvalid, "The body is empty; it must be the file.");
        try
        {
            return new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.Span);
        }
        catch (System.Text.DecoderFallbackException error)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, "The body is no UTF-8 text. Save the file as UTF-8.", error);
        }
    }

    /// <summary>Whether a content type says that the body is JSON.</summary>
    public static bool IsJson(string? contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type) && (type.MediaType?.ToLowerInvariant() is "application/json" or "text/json" || type.MediaType?.EndsWith("+json", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Refuses a body that cannot be read as it is.</summary>
    /// <exception cref="BadHttpRequestException">415: it is compressed, or no UTF-8.</exception>
    public static void RequirePlain(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw new BadHttpRequestException($"The body says it is encoded as \"{encoding}\". Send it as it is, without a Content-Encoding.", 415);
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.CharSet?.Trim('"') is { Length: > 0 } charset && !Charsets.Contains(charset, StringComparer.OrdinalIgnoreCase))
            throw new BadHttpRequestException($"The body says its characters are \"{charset}\". Send UTF-8.", 415);
    }

    private static readonly string[] Charsets = ["utf-8", "utf8", "us-ascii", "ascii"];

    private static TurnException Empty() => new(TurnErrorCode.RequestInvalid, "The body is empty; it must be a JSON object.");

    private static void RequireJson(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType)) return;
        var type = MediaTypeHeaderValue.TryParse(contentType, out var parsed) ? parsed.MediaType?.ToLowerInvariant() : null;
        if (IsJson(contentType) || type is "text/plain" or "application/x-www-form-urlencoded") return;
        throw new BadHttpRequestException($"The body says it is \"{contentType}\". Send JSON, with the Content-Type application/json or none.", 415);
    }

    private static async ValueTask<ReadOnlyMemory<byte>> BytesAsync(HttpContext http)
    {
        RequirePlain(http.Request);
        using var bytes = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, FirstBytes));
        await http.Request.Body.CopyToAsync(bytes, http.RequestAborted);
        var json = bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        return json.Span.StartsWith(Utf8Mark) ? json[Utf8Mark.Length..] : json;
    }
}
