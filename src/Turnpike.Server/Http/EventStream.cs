using System.Buffers;
using System.IO.Pipelines;
using Turnpike.Pipeline;
using Turnpike.Server.Access;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Http;

/// <summary>
/// A turn's events as server-sent events, written straight into the connection: a comment at once and after each 10 s of silence, one flush for what is
/// there together. It is broken off within a second or so after whoever reads it may do so no longer; so nobody takes it for whole.
/// </summary>
internal sealed class EventStream(HttpContext http, TimeProvider time, Action<PipeWriter, TurnEvent> write) : IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10), LookEvery = TimeSpan.FromSeconds(1);
    private readonly PipeWriter _to = http.Response.BodyWriter;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private long _spoke;
    private bool _began;

    /// <summary>Writes batches of events until there are no more or the client leaves.</summary>
    public static Task WriteAsync(HttpContext http, TimeProvider time, IAsyncEnumerable<IReadOnlyList<TurnEvent>> batches, bool isFirstThere = false) => WriteAsync(http, time, batches, TurnEventJson.WriteSse, isFirstThere);

    /// <summary>Writes batches of events in a face's own words until there are no more or the client leaves.</summary>
    /// <param name="http">The request.</param>
    /// <param name="time">The clock.</param>
    /// <param name="batches">The events.</param>
    /// <param name="write">Writes one in the face's words.</param>
    /// <param name="isFirstThere">Whether the first batch is there already: what is said at once goes with it.</param>
    public static async Task WriteAsync(HttpContext http, TimeProvider time, IAsyncEnumerable<IReadOnlyList<TurnEvent>> batches, Action<PipeWriter, TurnEvent> write, bool isFirstThere = false)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        if (http.WantsHeadOnly()) return; // nobody waits for the end of a turn for the sake of headers
        using var stream = new EventStream(http, time, write);
        if (!isFirstThere) await stream.SayAsync([]);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var breath = stream.BreatheAsync(over.Token);
        try
        {
            await foreach (var batch in batches.WithCancellation(http.RequestAborted)) await stream.SayAsync(batch);
        }
        finally
        {
            await over.CancelAsync();
            await breath;
        }
    }

    /// <summary>Whether a turn's first event can be read as soon as it is submitted: one that does not wait in a queue and was not begun before.</summary>
    public static bool IsFirstThere(StartedTurn started) => started is { Replayed: false, Turn.Status: not TurnStatus.Queued };

    public void Dispose() => _writing.Dispose();

    private async Task SayAsync(IReadOnlyList<TurnEvent> events)
    {
        await _writing.WaitAsync(http.RequestAborted);
        try
        {
            if (events.Count == 0 || !_began) _to.Write(":\n\n"u8);
            _began = true;
            for (var i = 0; i < events.Count; i++) write(_to, events[i]);
            Volatile.Write(ref _spoke, time.GetTimestamp());
            await _to.FlushAsync(http.RequestAborted);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Says an empty comment whenever nothing was said for a while, and looks at the reader's key. Costs the events nothing: it looks back when its time has come.</summary>
    private async Task BreatheAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var silent = time.GetElapsedTime(Volatile.Read(ref _spoke));
            if (silent >= Silence)
            {
                await TrySayAsync();
                continue;
            }
            await Task.Delay(silent + LookEvery < Silence ? LookEvery : Silence - silent, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // each stream ends so: no exception for it
            if (!over.IsCancellationRequested && !await Gate.StillAdmitsAsync(http)) http.Abort();
        }
    }

    private async Task TrySayAsync()
    {
        try
        {
            await SayAsync([]);
        }
        catch (OperationCanceledException)
        {
            // The stream is over.
        }
    }
}
