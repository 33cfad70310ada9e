using System.Text.Json;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>Turns whatever is thrown into an answer.</summary>
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
            }
            catch (TurnException error)
            {
                await Problem.WriteAsync(http, error);
            }
            catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
            {
            }
            catch (BadHttpRequestException error)
            {
                var code = error.StatusCode == 413 ? TurnErrorCode.RequestTooLarge : TurnErrorCode.RequestInvalid;
                await Problem.WriteAsync(http, new TurnException(code, error.Message));
            }
            catch (JsonException error)
            {
                await Problem.WriteAsync(http, JsonFault.Of(error));
            }
            catch (Exception error)
            {
                var id = Ids.New("fault");
                Fault(logger, id, http.Request.Method, http.Request.Path, error);
                await Problem.WriteAsync(http, new TurnException(TurnErrorCode.InternalError, $"A fault of the server. Its log tells more under \"{id}\"."));
            }
        });
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Fault {Fault} in {Method} {Path}")]
    private static partial void Fault(ILogger logger, string fault, string method, string path, Exception error);
}
