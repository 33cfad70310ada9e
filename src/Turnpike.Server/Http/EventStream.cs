using System.Buffers;
using Turnpike.Pipeline;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Http;

/// <summary>A turn's events as server-sent events: a comment at once and after each 10 s of silence, one flush for what is there together.</summary>
internal static class EventStream
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    public static async Task WriteAsync(HttpContext http, TurnRunner runner, string turn, long after)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        var to = http.Response.BodyWriter;
        to.Write(":\n\n"u8);
        await to.FlushAsync(http.RequestAborted);

        await using var batches = runner.SubscribeAsync(turn, after, http.RequestAborted).GetAsyncEnumerator(http.RequestAborted);
        while (true)
        {
            var next = batches.MoveNextAsync().AsTask();
            while (!next.IsCompleted && await Task.WhenAny(next, Task.Delay(Silence, http.RequestAborted)) != next)
            {
                http.RequestAborted.ThrowIfCancellationRequested();
                to.Write(":\n\n"u8);
                await to.FlushAsync(http.RequestAborted);
            }
            if (!await next) return;
            foreach (TurnEvent happened in batches.Current) TurnEventJson.WriteSse(to, happened);
            await to.FlushAsync(http.RequestAborted);
        }
    }
}
