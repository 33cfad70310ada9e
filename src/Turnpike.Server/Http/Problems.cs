using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>Makes an answer of whatever is thrown, and of what nobody serves.</summary>
internal static partial class Problems
{
    public static void UseProblems(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Turnpike.Server");
        app.Use(async (http, next) =>
        {
            try
            {
                await next(http);
                if (IsBare(http.Response)) await Problem.WriteAsync(http, Unserved(http));
            }
            catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
            {
                // The client has left; there is nobody to tell.
            }
            catch (Exception error)
            {
                if (http.Response.HasStarted) BrokenOff(logger, http.TraceIdentifier, http.Request.Method, http.Request.Path, error);
                await Problem.WriteAsync(http, Of(http, error, logger));
            }
        });
    }

    private static ProblemBody Of(HttpContext http, Exception error, ILogger logger)
    {
        switch (error)
        {
            case TurnException known:
                if (known.OperatorMessage is { } why) Refused(logger, http.TraceIdentifier, http.Request.Method, http.Request.Path, why.ReplaceLineEndings(" "));
                return Problem.Of(known);
            case BadHttpRequestException { StatusCode: 413 }:
                return Problem.Of(BodyLimit.TooLarge(http));
            case BadHttpRequestException bad:
                return Problem.Of(bad.StatusCode, TurnErrorCode.RequestInvalid.Text(), bad.Message) with { Field = (bad as NotHere)?.Field };
            case IOException { InnerException: OverflowException }: // the server reads the length of a chunk so
                return Problem.Of(400, TurnErrorCode.RequestInvalid.Text(), "The body cannot be read: a chunk of it says a length that none can have.");
            default:
                Fault(logger, http.TraceIdentifier, http.Request.Method, http.Request.Path, error);
                return Problem.Of(new TurnException(TurnErrorCode.InternalError, $"A fault of the server. Its log tells more under \"{http.TraceIdentifier}\"."));
        }
    }

    private static bool IsBare(HttpResponse response) => response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 };

    private static ProblemBody Unserved(HttpContext http)
    {
        var (method, path) = (http.WantsHeadOnly() ? HttpMethods.Head : http.Request.Method, http.Request.Path);
        if (http.Response.StatusCode == StatusCodes.Status405MethodNotAllowed) HeadRequests.Allow(http.Response);
        var detail = http.Response.StatusCode switch
        {
            404 => $"Nothing is served at {method} {path}. The routes are listed at /openapi/v1.json.",
            405 => $"{path} does not take {method}; it takes {http.Response.Headers.Allow}.",
            var status => $"{method} {path} was refused with status {status}.",
        };
        return Problem.Of(http.Response.StatusCode, TurnErrorCode.RequestInvalid.Text(), detail);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Fault {Request} in {Method} {Path}")]
    private static partial void Fault(ILogger logger, string request, string method, string path, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Request {Request} {Method} {Path} was refused: {Why}")]
    private static partial void Refused(ILogger logger, string request, string method, string path, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The answer to {Request} {Method} {Path} was broken off")]
    private static partial void BrokenOff(ILogger logger, string request, string method, string path, Exception error);
}
