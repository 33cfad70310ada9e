using System.Text.Json;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Stores;

/// <summary>Keeps tool calls that wait for somebody outside, and their answers; each is answered once, and an approved one runs once.</summary>
public interface IOpenCallStore
{
    /// <summary>Commits in one transaction that a running turn waits: the turn as it is, its trace, what it needs to go on, and its open calls. Its log must hold all its events. False when it runs no longer.</summary>
    Task<bool> WaitAsync(Turn turn, IReadOnlyList<TraceStation> trace, WaitingState state, CancellationToken cancellationToken);

    /// <summary>Keeps the open calls of a turn that ends and hands them over.</summary>
    Task HandOverAsync(string turn, IReadOnlyList<OpenCall> calls, CancellationToken cancellationToken);

    /// <summary>Records the answers to calls of a waiting turn; saying the same again changes nothing.</summary>
    /// <returns>Whether the turn now has all its answers.</returns>
    /// <exception cref="TurnException"><c>turn_not_found</c>; <c>request_invalid</c>: no such call, or an answer of the wrong kind; <c>idempotency_conflict</c>: another answer was given, or the call waits no longer.</exception>
    Task<bool> AnswerAsync(string turn, IReadOnlyList<CallAnswer> answers, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Takes a waiting turn to go on with it, if it has all its answers or <paramref name="unanswered"/> is set; null when it does not wait, or somebody else took it.</summary>
    Task<WaitingTurn?> ClaimAsync(string turn, NodeLease lease, DateTimeOffset now, bool unanswered, CancellationToken cancellationToken);

    /// <summary>Waiting turns that somebody asked to cancel when they still ran, waiting turns that have all their answers, and calls whose time has run out.</summary>
    Task<IReadOnlyList<DueCall>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Marks a call that was approved as begun, once.</summary>
    /// <exception cref="TurnException"><c>idempotency_conflict</c>: it was refused before.</exception>
    Task<CallBeginning> BeginAsync(string turn, CallAnswer answer, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keeps the result of a call that was begun.</summary>
    Task FinishAsync(string turn, string callId, JsonElement result, CancellationToken cancellationToken);

    /// <summary>What was answered to the calls of a turn so far, in the order of the calls.</summary>
    Task<IReadOnlyList<AnsweredCall>> AnsweredAsync(string turn, CancellationToken cancellationToken);
}

/// <summary>A turn to be looked after.</summary>
/// <param name="Turn">The turn.</param>
/// <param name="CallId">The call whose time has run out; null: the turn has all its answers, or is to be cancelled.</param>
/// <param name="Kind">The call's kind.</param>
public sealed record DueCall(string Turn, string? CallId, string? Kind)
{
    /// <summary>Whether the turn is to be cancelled; then nothing else of it is due.</summary>
    public bool IsCancelled { get; init; }
}
