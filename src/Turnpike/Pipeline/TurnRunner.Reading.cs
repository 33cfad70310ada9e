using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Events;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Stores;

namespace Turnpike.Pipeline;

// How a turn is read: from the window of one that runs here, from the log of one that ended, and by following one that runs on another node.
public sealed partial class TurnRunner
{
    private const int PageSize = 1000;
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(30);
    private readonly StoreOutages _outages = new(time);
    private readonly TurnFollower _follower = new(turns, log, changes, time);
    private readonly ConcurrentDictionary<string, LiveTurn> _lingering = new(StringComparer.Ordinal); // ended turns whose log is gone, for readers that come a moment late

    /// <summary>The events of a turn after a number: those of its log, then those that happen, until the last one. When the host has stopped, those of a turn that does not run here end before: whoever reads it goes on elsewhere, or later, behind the last that they have.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="after">The number of the last event that the reader has; 0 for all.</param>
    /// <param name="cancellationToken">Stops reading; the turn goes on.</param>
    /// <exception cref="TurnException"><c>turn_not_found</c>.</exception>
    public IAsyncEnumerable<IReadOnlyList<TurnEvent>> SubscribeAsync(string turn, long after, CancellationToken cancellationToken) => SubscribeAsync(turn, after, isPrompt: false, cancellationToken);

    /// <summary>The same, for a reader that may be prompt.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="after">The number of the last event that the reader has; 0 for all.</param>
    /// <param name="isPrompt">Whether the reader only passes on what it reads and never blocks its thread: text that comes after a pause of 2 ms then reaches it on the thread that runs the turn.</param>
    /// <param name="cancellationToken">Stops reading; the turn goes on.</param>
    /// <exception cref="TurnException"><c>turn_not_found</c>.</exception>
    public async IAsyncEnumerable<IReadOnlyList<TurnEvent>> SubscribeAsync(string turn, long after, bool isPrompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await MustSeeAsync(turn, cancellationToken);
        Tend(); // for hosts that only read: whoever left the turn behind does not end it
        TurnFollower.Following? following = null;
        LiveTurn? own = null;
        string? conversation = null; // known once the turn was seen here
        var reader = new ReaderWake(isPrompt, cancellationToken);
        using var leaving = cancellationToken.UnsafeRegister(place => ((ReaderWake)place!).Leave(), reader);
        try
        {
            while (true)
            {
                if (own is not { IsReleased: false } && IsHeld(turn, out var held))
                {
                    (own, conversation) = (held, held.Conversation);
                    following?.Dispose();
                    following = null;
                }
                var live = own ?? following?.Live; // of one that was just released, the window still tells the end
                var events = live?.After(after) ?? await ReadAsync(turn, after, cancellationToken);
                if (events.Count > 0)
                {
                    yield return Told(events, after, following);
                    if (events[^1].IsFinal) yield break;
                    (after, conversation) = (events[^1].Sequence, events[^1].Conversation);
                }
                else if (live is { IsReleased: false })
                {
                    await live.WaitAsync(after, reader);
                }
                else if (await FindPatientlyAsync(turn, cancellationToken) is not { } kept)
                {
                    yield return await DeletedAsync(turn, conversation, after, cancellationToken);
                    yield break;
                }
                else if (kept.HasEnded)
                {
                    if ((await ReadAsync(turn, after, cancellationToken)) is { Count: > 0 } rest)
                    {
                        yield return Told(rest, after, following);
                        if (rest[^1].IsFinal) yield break;
                        after = rest[^1].Sequence;
                        continue;
                    }
                    if (await LostEndAsync(turn, after, cancellationToken) is { } end) yield return [end];
                    yield break;
                }
                else
                {
                    if (following?.Fault is { } fault) ExceptionDispatchInfo.Throw(fault);
                    (own, conversation) = (null, kept.Conversation); // its window is read to the end and tells nothing more
                    following?.Dispose();
                    following = null;
                    if (_follower.IsStopped) yield break;
                    following = _follower.Follow(turn, after); // it runs on another node, or waits
                }
            }
        }
        finally
        {
            following?.Dispose();
        }
    }

    /// <summary>What a follower reads of a turn on another node; when that turn ended unstored before all of it could be read, a warning stands for what is missing.</summary>
    private static IReadOnlyList<TurnEvent> Told(IReadOnlyList<TurnEvent> events, long after, TurnFollower.Following? following)
    {
        if (following is null || events[0] is not { IsFinal: true } end || end.Sequence <= after + 1) return events;
        var missing = new WarningRaised { Code = "content_not_kept", Message = $"Turn \"{end.Turn}\" is not stored, runs on another node, and ended before its last words were read here. They are told by the node that took it, until {Lingering.TotalSeconds:0} s after its end; store the turn to follow it from anywhere." };
        missing.Place(end.Turn, end.Conversation, end.Sequence - 1, end.At);
        return [missing, end];
    }

    /// <summary>Whether all events of a turn can be had here whether it is stored or not: it runs or waits in a queue here, or has just ended.</summary>
    /// <param name="turn">The turn's id.</param>
    public bool Holds(string turn) => IsHeld(turn, out _);

    /// <summary>Whether a turn runs here, for the organization that asks.</summary>
    private bool IsLive(string turn, [NotNullWhen(true)] out LiveTurn? live) => _live.TryGetValue(turn, out live) && live.Organization == OrganizationScope.Current;

    /// <summary>Whether a turn runs here, or has just ended and is in no log.</summary>
    private bool IsHeld(string turn, [NotNullWhen(true)] out LiveTurn? live) => IsLive(turn, out live) || (_lingering.TryGetValue(turn, out live) && live.Organization == OrganizationScope.Current);

    private async Task LingerAsync(LiveTurn live)
    {
        _lingering[live.Id] = live;
        await Task.Delay(Lingering, time);
        _lingering.TryRemove(live.Id, out _);
    }

    /// <summary>Reads the log; a database that is away for a while is waited for.</summary>
    private Task<IReadOnlyList<TurnEvent>> ReadAsync(string turn, long after, CancellationToken cancellationToken) =>
        PatientlyAsync(() => log.ReadAsync(turn, after, PageSize, cancellationToken), cancellationToken);

    private Task<Turn?> FindPatientlyAsync(string turn, CancellationToken cancellationToken) => PatientlyAsync(() => turns.FindAsync(turn, cancellationToken), cancellationToken);

    /// <summary>Asks a store again for a while if it is away and the host does not stop.</summary>
    private Task<T> PatientlyAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken) => _outages.WaitOutAsync(ask, cancellationToken, () => _stopping);

    /// <summary>
    /// The last event for a reader that saw events which a crash then took from the log: numbered behind what it saw. Null for a reader that has seen the end.
    /// The end that a crash left may stand under the number of an event that was lost, so nobody knows which of the two its reader saw: it is told again.
    /// </summary>
    private async Task<TurnEvent?> LostEndAsync(string turn, long after, CancellationToken cancellationToken)
    {
        if (after == 0 || (await log.ReadAsync(turn, after - 1, 1, cancellationToken) is [var seen, ..] && !InterruptedTurn.Ends(seen))) return null;
        TurnEvent? last = null;
        while (await log.ReadAsync(turn, last?.Sequence ?? 0, PageSize, cancellationToken) is { Count: > 0 } events) last = events[^1];
        if (last is not { IsFinal: true }) return null;
        var end = last with { };
        end.Place(last.Turn, last.Conversation, after + 1, last.At);
        return end;
    }

    /// <summary>The last event for a reader of a turn that was deleted while it was read.</summary>
    /// <exception cref="TurnException"><c>turn_not_found</c>: it was never seen here, or whoever reads it may do so no longer.</exception>
    private async Task<IReadOnlyList<TurnEvent>> DeletedAsync(string turn, string? conversation, long after, CancellationToken cancellationToken)
    {
        using var free = ProjectAccess.Free();
        if (conversation is null || await turns.FindAsync(turn, cancellationToken) is not null) throw NotFound(turn);
        var end = new TurnCancelled { Reason = "deleted" };
        end.Place(turn, conversation, after + 1, time.GetUtcNow());
        return [end];
    }
}
