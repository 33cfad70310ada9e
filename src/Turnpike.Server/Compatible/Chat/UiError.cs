using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Server.Http;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>Errors as UI clients show them: one sentence of plain text, with the code in a header.</summary>
internal static class UiError
{
    public const string Code = "Turnpike-Error";

    public static async Task WriteAsync(HttpContext http, ProblemBody problem)
    {
        var error = OpenAIError.Of(problem, http.Request.Path);
        http.Response.Headers[Code] = problem.Code;
        if (OpenAIError.Pause(problem, error.Status) is { } pause) http.Response.Headers.RetryAfter = pause.ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Response.StatusCode = error.Status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(error.Message.ReplaceLineEndings(" "), http.RequestAborted);
    }
}
