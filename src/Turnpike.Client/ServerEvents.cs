using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Client;

/// <summary>
/// The events of one turn on a server. A lost connection is made again behind the last event that arrived; before the first one, the turn is submitted
/// again under the same idempotency key, so that it runs once.
/// </summary>
internal sealed class ServerEvents(ServerConnection server, TimeProvider time)
{
    private const int MostLosses = 10; // about 24 s: a server that is started again is waited for
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(30); // however long a server asks to be left alone
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(35); // the server says something every 10 s
    private static readonly TimeSpan MostPreparing = TimeSpan.FromMinutes(5); // the server answers a new turn when it is prepared, which takes files, tools and summaries
    private string? _turn;
    private long _seen;
    private TimeSpan _asked; // how long the server that was away wants to be left alone
    private bool _hasEnded, _isOver;

    /// <summary>Submits the turn and tells its events to the last one.</summary>
    public IAsyncEnumerable<TurnEvent> RunAsync(TurnRequest request, CancellationToken cancellationToken) => ReadAsync(request with { IdempotencyKey = request.IdempotencyKey ?? Ids.New("client") }, cancellationToken);

    /// <summary>Tells the events of a turn that was submitted before, behind a number, to the last one.</summary>
    public IAsyncEnumerable<TurnEvent> FollowAsync(string turn, long after, CancellationToken cancellationToken)
    {
        (_turn, _seen) = (turn, after);
        return ReadAsync(null, cancellationToken);
    }

    private async IAsyncEnumerable<TurnEvent> ReadAsync(TurnRequest? request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var losses = 0; ; losses++)
        {
            if (losses > 0) await Task.Delay(Pause(losses), time, cancellationToken);
            await using var events = ConnectAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(events, losses) is { } happened)
            {
                if (happened.Sequence <= _seen) continue;
                (_turn, _seen, losses) = (happened.Turn, happened.Sequence, 0);
                yield return happened;
                if (happened.IsFinal) yield break;
            }
            if (_isOver) yield break;
        }
    }

    private async IAsyncEnumerable<TurnEvent?> ConnectAsync(TurnRequest? request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ask = _turn is null ? ServerConnection.Post("api/turns", request!, TurnpikeJson.Relaxed.TurnRequest) : new(HttpMethod.Get, $"api/turns/{ServerConnection.Step(_turn)}/events");
        ask.Headers.Accept.Add(new("text/event-stream"));
        if (_turn is not null) ask.Headers.Add("Last-Event-ID", _seen.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var (seen, hadEnded) = (_seen, _hasEnded);
        using var answer = await server.WithinAsync(_turn is null ? MostPreparing : MostSilence, time, stop => server.SendAsync(ask, stop), cancellationToken);
        await using var stream = new ImpatientStream(await answer.Content.ReadAsStreamAsync(cancellationToken), MostSilence);
        await foreach (var item in SseParser.Create(stream, (_, data) => Read(data)).EnumerateAsync(cancellationToken)) yield return item.Data;
        if (_turn is null || _seen > seen) yield break;
        // Who has the last event gets no more. A turn may also have ended just now, behind a stream that broke: only a stream asked for afterwards shows that nothing is left.
        if (hadEnded) _isOver = true;
        else _hasEnded = (await server.WithinAsync(MostSilence, time, stop => server.GetAsync($"api/turns/{ServerConnection.Step(_turn)}", TurnpikeJson.Relaxed.Turn, stop), cancellationToken)).HasEnded;
    }

    /// <summary>The next event; null when the connection was lost and may be made again.</summary>
    private async Task<TurnEvent?> NextAsync(IAsyncEnumerator<TurnEvent?> events, int losses)
    {
        try
        {
            while (await events.MoveNextAsync())
            {
                if (events.Current is { } happened) return happened;
            }
            _asked = TimeSpan.Zero;
            return losses < MostLosses || _hasEnded ? null : throw new IOException("it ends the stream before the turn has ended");
        }
        catch (Exception error) when (losses < MostLosses && IsLoss(error, losses))
        {
            _asked = (error as TurnException)?.RetryAfter ?? TimeSpan.Zero;
            return null;
        }
        catch (IOException error)
        {
            throw new ServerUnreachableException(server.Address, error);
        }
    }

    // A server that never had the turn is not waited for, nor one that took it and did not answer. One that may have it is, also when it, or what stands before it, only says that it is away.
    private bool IsLoss(Exception error, int losses) => error switch
    {
        IOException => true,
        ServerUnreachableException { InnerException: TimeoutException } => _turn is not null,
        ServerUnreachableException unreachable => _turn is not null || losses > 0 || unreachable.WasReached,
        TurnException { Code: TurnErrorCode.StorageUnavailable or TurnErrorCode.ShuttingDown } away => _turn is not null || losses > 0 || ServerConnection.MayHavePassedOn(away),
        _ => false,
    };

    private static TurnEvent? Read(ReadOnlySpan<byte> data)
    {
        try
        {
            return TurnEventJson.Read(data);
        }
        catch (JsonException)
        {
            return null; // a kind of event that a newer server knows
        }
    }

    private TimeSpan Pause(int losses)
    {
        var own = losses == 1 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(250 << (losses - 2), 4000));
        return _asked <= own ? own : _asked < MostPause ? _asked : MostPause;
    }
}
