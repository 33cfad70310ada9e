using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Turnpike.Turns;

namespace Turnpike.Pipeline;

/// <summary>Tells observers of turns that have ended, each turn on a task of its own, so that neither the turn nor its readers wait.</summary>
public sealed partial class TurnObservers(IEnumerable<ITurnObserver> observers, TimeProvider time, ILogger<TurnObservers> logger) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ITurnObserver[] _observers = [.. observers];
    private readonly ConcurrentDictionary<string, Task> _telling = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Tells all observers of a turn; comes back at once.</summary>
    public void Tell(Turn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        if (_observers.Length == 0 || _stop.IsCancellationRequested) return;
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_telling.TryAdd(turn.Id, TellAsync(turn, begin.Task))) begin.SetResult();
    }

    /// <summary>Waits for the observers that are at work, at most 10 s, and stops those that are slower.</summary>
    public async Task DrainAsync()
    {
        var all = Task.WhenAll(_telling.Values);
        if (await Task.WhenAny(all, Task.Delay(Patience, time, CancellationToken.None)) != all) await _stop.CancelAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task TellAsync(Turn turn, Task begin)
    {
        await begin;
        foreach (var observer in _observers)
        {
            try
            {
                await observer.TurnEndedAsync(turn, _stop.Token);
            }
            catch (Exception error)
            {
                Failed(observer.Name, turn.Id, error);
            }
        }
        _telling.TryRemove(turn.Id, out _);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Observer {Observer} failed for turn {Turn}")]
    private partial void Failed(string observer, string turn, Exception error);
}
