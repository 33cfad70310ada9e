using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Server.Hosting;
using Turnpike.Server.Http;
using Turnpike.Turns;

namespace Turnpike.Server.Api;

/// <summary>Whether the process is up, and whether its stores can be reached.</summary>
internal static class HealthApi
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health", Live).OpenToAll().ExcludeFromDescription();
        app.MapGet("/health/live", (Delegate)Live).WithTags("Health").OpenToAll().Describe("isLive", "Is the process up?", "200 whenever it answers.").AnswersJson();
        app.MapGet("/health/ready", ReadyAsync).WithTags("Health").OpenToAll().Describe("isReady", "Are the stores reachable and migrated, and do they take what is written?", "200, or 503 with what is wrong.").AnswersJson();
    }

    private static Task Live(HttpContext http) => Answer.WriteAsync(http, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("status", "live");
        writer.WriteEndObject();
    });

    private static async Task ReadyAsync(HttpContext http, IServiceProvider services)
    {
        if (services.GetRequiredService<TurnRunner>().IsStopping) throw new TurnException(TurnErrorCode.ShuttingDown, "The server is stopping and takes no new turns.") { RetryAfter = TimeSpan.FromSeconds(5) };
        using var late = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        late.CancelAfter(Patience);
        try
        {
            await services.GetRequiredService<Readiness>().CheckAsync(late.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw new TurnException(TurnErrorCode.StorageUnavailable, $"The store did not answer within {Patience.TotalSeconds:0} s.") { RetryAfter = TimeSpan.FromSeconds(5) };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            var known = error as TurnException;
            throw new TurnException(TurnErrorCode.StorageUnavailable, known?.Message ?? "The store cannot be reached. The server's log tells why.", error) { OperatorMessage = known is null ? error.Message : known.OperatorMessage, RetryAfter = TimeSpan.FromSeconds(5) };
        }
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", "ready");
            writer.WriteEndObject();
        });
    }
}
