using Turnpike.Server.Compatible.Chat;
using Turnpike.Server.Compatible.OpenAI;
using Turnpike.Server.Compatible.Readers;
using Turnpike.Server.Http;

namespace Turnpike.Server.Compatible;

/// <summary>Which words a problem is told in: each face has its own.</summary>
internal static class FaceErrors
{
    /// <summary>Writes problems for requests to a path; null: as the native API does.</summary>
    public static Func<HttpContext, ProblemBody, Task>? Speak(PathString path)
    {
        if (path.StartsWithSegments("/v1") || path.StartsWithSegments("/beta") || path.StartsWithSegments(AgUi.AgUiApi.Path)) return OpenAIError.WriteAsync;
        if (path.StartsWithSegments("/api/chat")) return UiError.WriteAsync;
        return path.StartsWithSegments("/api/public") ? LangfuseError.WriteAsync : null;
    }
}
