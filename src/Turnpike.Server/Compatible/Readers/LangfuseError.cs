using Turnpike.Server.Http;

namespace Turnpike.Server.Compatible.Readers;

/// <summary>Errors as Langfuse's clients read them: <c>{message, error}</c>.</summary>
internal static class LangfuseError
{
    public static Task WriteAsync(HttpContext http, ProblemBody problem) => Answer.WriteAsync(http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("message"u8, problem.Detail);
        writer.WriteString("error"u8, problem.Narrower ?? problem.Code);
        writer.WriteEndObject();
    }, problem.Status is 422 ? 400 : problem.Status);
}
