using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Turnpike.Pipeline;
using Turnpike.Server.Api;
using Turnpike.Server.Compatible;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>Makes problems of what went wrong and writes them as <c>application/problem+json</c>.</summary>
internal static class Problem
{
    private const int PauseWhileUnavailable = 5, LongestDetail = 20_000; // what is wrong may quote what was sent

    /// <summary>What stopped a request.</summary>
    public static ProblemBody Of(TurnException error) => Of(ErrorTable.Status(error.Code), error.Code.Text(), error.Message) with
    {
        Span = error.Span,
        Field = error.Field,
        Narrower = error.Narrower,
        Variables = error.Variables.Count == 0 ? null : [.. error.Variables.Select(fault => fault with { Code = fault.Code ?? error.Code.Text() })],
        ProviderStatus = error.ProviderStatus,
        RetryAfter = error.RetryAfter is { } pause ? Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)) : ErrorTable.Status(error.Code) == 503 ? PauseWhileUnavailable : null,
    };

    /// <summary>A turn that ended badly, for a caller that waited for it.</summary>
    public static ProblemBody Of(Turn turn)
    {
        var (status, code, message) = turn switch
        {
            { Error: { } failure } => (ErrorTable.Status(ErrorTable.Code(failure.Code)), failure.Code, failure.Message),
            { Status: TurnStatus.Cancelled } => (409, "turn_cancelled", "The turn was cancelled; what the model had said is kept."),
            _ => (502, "turn_interrupted", "The turn was interrupted: its node went away. What the model had said is kept."),
        };
        return Of(status, code, message) with { Turn = turn.Id, Conversation = turn.Conversation, Message = message, Retryable = turn.Error?.Retryable ?? true, RetryAfter = turn.Error?.RetryAfter };
    }

    /// <summary>The problem of a turn that an idempotency key named again: the same request can only hear of it once more.</summary>
    public static ProblemBody Again(ProblemBody ended, StartedTurn started) => !started.Replayed ? ended
        : ended with { Detail = ended.Detail + " The idempotency key names this turn: send the request with a new key to have it run anew.", RetryAfter = null, Settled = true };

    /// <summary>A problem with nothing but a status, a code and words.</summary>
    public static ProblemBody Of(int status, string code, string detail) => new() { Title = ReasonPhrases.GetReasonPhrase(status), Status = status, Code = code, Detail = detail.Length <= LongestDetail ? detail : detail[..LongestDetail] + "…" };

    /// <summary>Writes a problem. An answer that has begun cannot become one: its connection is broken off, so that nobody takes it for whole.</summary>
    public static Task WriteAsync(HttpContext http, ProblemBody problem)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }
        var headers = http.Response.Headers;
        headers.ETag = headers.Location = default;
        headers.CacheControl = "no-store";
        if (FaceErrors.Speak(http.Request.Path) is { } speak) return speak(http, problem);
        if (problem.RetryAfter is { } pause) headers.RetryAfter = pause.ToString(CultureInfo.InvariantCulture);
        return Answer.WriteAsync(http, problem, ServerJson.Relaxed.ProblemBody, problem.Status, "application/problem+json");
    }
}
