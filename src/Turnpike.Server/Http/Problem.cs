using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Http;

/// <summary>Errors as <c>application/problem+json</c> (RFC 9457) with our code.</summary>
internal static class Problem
{
    public static Task WriteAsync(HttpContext http, TurnException error) => WriteAsync(http, ErrorTable.Status(error.Code), error.Code.Text(), error.Message, writer =>
    {
        if (error.Span is { } span)
        {
            writer.WriteStartObject("span");
            writer.WriteNumber("start", span.Start);
            writer.WriteNumber("end", span.End);
            writer.WriteEndObject();
        }
        if (error.Field is { } field) writer.WriteString("field", field);
        if (error.Variables.Count > 0)
        {
            writer.WriteStartArray("variables");
            foreach (var fault in error.Variables)
            {
                writer.WriteStartObject();
                writer.WriteString("name", fault.Name);
                writer.WriteString("message", fault.Message);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        }
        if (error.ProviderStatus is { } status) writer.WriteNumber("providerStatus", status);
    }, error.RetryAfter);

    /// <summary>A turn that ended badly, for a caller that waited for it.</summary>
    public static Task WriteAsync(HttpContext http, Turn turn)
    {
        var (status, code, message) = turn switch
        {
            { Error: { } failure } => (ErrorTable.Status(ErrorTable.Code(failure.Code)), failure.Code, failure.Message),
            { Status: TurnStatus.Cancelled } => (409, "turn_cancelled", "The turn was cancelled; what the model had said is kept."),
            _ => (502, "turn_interrupted", "The turn was interrupted: its node went away. What the model had said is kept."),
        };
        return WriteAsync(http, status, code, message, writer =>
        {
            writer.WriteString("turn", turn.Id);
            writer.WriteString("conversation", turn.Conversation);
            writer.WriteBoolean("retryable", turn.Error?.Retryable ?? true);
        });
    }

    public static async Task WriteAsync(HttpContext http, int status, string code, string detail, Action<Utf8JsonWriter>? more = null, TimeSpan? retryAfter = null)
    {
        if (http.Response.HasStarted) return;
        http.Response.Clear();
        RequestIds.Stamp(http);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        http.Response.Headers.CacheControl = "no-store";
        if (retryAfter is { } pause) http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await using var writer = new Utf8JsonWriter(http.Response.BodyWriter, TurnpikeJson.Writer);
        writer.WriteStartObject();
        writer.WriteString("type", "about:blank");
        writer.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
        writer.WriteNumber("status", status);
        writer.WriteString("detail", detail);
        writer.WriteString("code", code);
        more?.Invoke(writer);
        writer.WriteEndObject();
    }
}
