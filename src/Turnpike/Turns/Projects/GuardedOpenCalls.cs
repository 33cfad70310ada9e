using System.Text.Json;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Projects;

/// <summary>Calls that wait for somebody outside: those who may run turns of the project answer them.</summary>
internal sealed class GuardedOpenCalls(IOpenCallStore inner, ProjectAccess access) : IOpenCallStore
{
    public async Task<bool> AnswerAsync(string turn, IReadOnlyList<CallAnswer> answers, DateTimeOffset now, CancellationToken cancellationToken) =>
        await access.AllowsAsync(new ProjectThing(ProjectThings.Turn, turn), ProjectRole.Runner, cancellationToken) ? await inner.AnswerAsync(turn, answers, now, cancellationToken)
        : throw OpenCallRules.NoTurn(turn);

    public async Task<IReadOnlyList<AnsweredCall>> AnsweredAsync(string turn, CancellationToken cancellationToken) =>
        await access.SeesAsync(new ProjectThing(ProjectThings.Turn, turn), cancellationToken) ? await inner.AnsweredAsync(turn, cancellationToken) : [];

    public Task<bool> WaitAsync(Turn turn, IReadOnlyList<TraceStation> trace, WaitingState state, CancellationToken cancellationToken) => inner.WaitAsync(turn, trace, state, cancellationToken);

    public Task HandOverAsync(string turn, IReadOnlyList<OpenCall> calls, CancellationToken cancellationToken) => inner.HandOverAsync(turn, calls, cancellationToken);

    public Task<WaitingTurn?> ClaimAsync(string turn, NodeLease lease, DateTimeOffset now, bool unanswered, CancellationToken cancellationToken) => inner.ClaimAsync(turn, lease, now, unanswered, cancellationToken);

    public Task<IReadOnlyList<DueCall>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) => inner.DueAsync(now, cancellationToken);

    public Task<CallBeginning> BeginAsync(string turn, CallAnswer answer, DateTimeOffset now, CancellationToken cancellationToken) => inner.BeginAsync(turn, answer, now, cancellationToken);

    public Task FinishAsync(string turn, string callId, JsonElement result, CancellationToken cancellationToken) => inner.FinishAsync(turn, callId, result, cancellationToken);
}
