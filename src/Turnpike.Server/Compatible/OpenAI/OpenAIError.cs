using System.Globalization;
using System.Text.Json;
using Turnpike.Server.Http;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Errors as the vendor's clients read them: <c>{"error": {message, type, param, code}}</c>, with the statuses and retry hints that they decide by.</summary>
internal sealed record OpenAIError(int Status, string Type, string Code, string? Param, string Message)
{
    private const int PauseWhenAsked = 1;
    public const string ShouldRetry = "x-should-retry";

    /// <summary>Seconds to wait before the same request; null: it need not wait, or waiting does not help.</summary>
    public static int? Pause(ProblemBody problem, int status) => problem.RetryAfter ?? (status is 429 or 503 && !IsSettled(problem) ? PauseWhenAsked : null);

    /// <summary>Whether no time heals it: it says so, or it is more than a whole limit, for one that is only used up says when it is free again.</summary>
    private static bool IsSettled(ProblemBody problem) => problem.Settled || problem is { Code: "rate_limited" or "budget_exceeded", RetryAfter: null };

    public static OpenAIError Of(ProblemBody problem, string path, string? prompt = null)
    {
        var (status, type, code) = Words(problem);
        var param = status >= 500 || status is 401 or 403 or 409 or 429 ? null : OpenAIParams.Of(problem, path, prompt);
        var message = problem.Variables is { Count: > 0 } variables && !variables.All(variable => problem.Detail.Contains(variable.Name, StringComparison.Ordinal))
            ? $"{problem.Detail} ({string.Join(", ", variables.Select(variable => variable.Name))})" : problem.Detail;
        return new(status, type, code, param, message);
    }

    public static Task WriteAsync(HttpContext http, ProblemBody problem)
    {
        var error = Of(problem, http.Request.Path, FaceRequest.PromptPlace(http));
        var headers = http.Response.Headers;
        if (Pause(problem, error.Status) is { } pause) headers.RetryAfter = pause.ToString(CultureInfo.InvariantCulture);
        if (error.Status is 409 || IsSettled(problem) || problem.Code == "budget_exceeded" || (error.Status is 502 or 504 && problem.Turn is not null)) headers[ShouldRetry] = "false";
        else if (error.Status is 429 or >= 500 && problem.Turn is null) headers[ShouldRetry] = "true";
        return Answer.WriteAsync(http, error.Write, error.Status);
    }

    /// <summary>Writes <c>{"error": {…}}</c>.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error"u8);
        writer.WriteString("message"u8, Message);
        writer.WriteString("type"u8, Type);
        writer.WriteString("param"u8, Param);
        writer.WriteString("code"u8, Code);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static (int Status, string Type, string Code) Words(ProblemBody problem) => problem.Code switch
    {
        "unauthorized" => (401, "authentication_error", "invalid_api_key"),
        "forbidden" => (403, "permission_error", "forbidden"),
        "turn_not_found" when problem.Field is "parent" or "previous_response_id" => (400, "invalid_request_error", "previous_response_not_found"),
        "model_unknown" => (404, "invalid_request_error", "model_not_found"),
        "request_too_large" => (413, "invalid_request_error", problem.Code),
        "conversation_busy" or "idempotency_conflict" or "version_conflict" => (409, "conflict_error", problem.Code),
        "rate_limited" or "provider_rate_limited" => (429, "rate_limit_error", "rate_limit_exceeded"),
        "budget_exceeded" => (429, "rate_limit_error", "insufficient_quota"),
        "provider_refused" => (400, "invalid_request_error", problem.Code),
        "turn_cancelled" => (409, "server_error", problem.Code),
        "resource_not_found" or "rule_not_found" => (400, "invalid_request_error", problem.Code),
        var code when problem.Status == 422 => (400, "invalid_request_error", code),
        var code => (problem.Status, problem.Status >= 500 ? "server_error" : "invalid_request_error", problem.Narrower ?? code),
    };
}
