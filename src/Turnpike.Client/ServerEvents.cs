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
    private static readonly TimeSpan MostSilence = TimeSpan.FromSeconds(35); // the server says something every 10 s
    private string? _turn;
    private long _seen;

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
        }
    }

    private async IAsyncEnumerable<TurnEvent?> ConnectAsync(TurnRequest? request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ask = _turn is null ? ServerConnection.Post("api/turns", request!, TurnpikeJson.Relaxed.TurnRequest) : new(HttpMethod.Get, $"api/turns/{Uri.EscapeDataString(_turn)}/events");
        ask.Headers.Accept.Add(new("text/event-stream"));
        if (_turn is not null) ask.Headers.Add("Last-Event-ID", _seen.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var answer = await server.SendAsync(ask, cancellationToken);
        await using var stream = new ImpatientStream(await answer.Content.ReadAsStreamAsync(cancellationToken), MostSilence);
        await foreach (var item in SseParser.Create(stream, (_, data) => Read(data)).EnumerateAsync(cancellationToken)) yield return item.Data;
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
            return losses < MostLosses ? null : throw new IOException("it ends the stream before the turn has ended");
        }
        catch (Exception error) when (losses < MostLosses && IsLoss(error))
        {
            return null;
        }
        catch (IOException error)
        {
            throw new ServerUnreachableException(server.Address, error);
        }
    }

    // A server that was never reached is not waited for.
    private bool IsLoss(Exception error) => error is IOException || (error is ServerUnreachableException unreachable && (_turn is not null || unreachable.WasReached));

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

    private static TimeSpan Pause(int losses) => losses == 1 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(250 << (losses - 2), 4000));
}
