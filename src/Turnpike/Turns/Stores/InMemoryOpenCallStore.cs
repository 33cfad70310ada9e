using System.Text.Json;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Stores;

/// <summary>Tool calls that wait, in memory.</summary>
internal sealed class InMemoryOpenCallStore(InMemoryState state) : IOpenCallStore
{
    public Task<bool> WaitAsync(Turn turn, IReadOnlyList<TraceStation> trace, WaitingState needs, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (!state.Turns.TryGetValue(turn.Id, out var kept) || kept.Turn.Status != TurnStatus.Running) return Task.FromResult(false);
            (kept.Turn, kept.Waits, kept.Node, kept.LeaseUntil) = (turn, needs, "", DateTimeOffset.MaxValue);
            kept.Trace = JsonSerializer.SerializeToUtf8Bytes(trace, TurnpikeJson.Relaxed.IReadOnlyListTraceStation);
            foreach (var call in turn.OpenCalls) kept.Calls[call.CallId] = new(call);
            return Task.FromResult(true);
        }
    }

    public Task HandOverAsync(string turn, IReadOnlyList<OpenCall> calls, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (state.Turns.TryGetValue(turn, out var kept)) foreach (var call in calls) kept.Calls[call.CallId] = new(call);
            return Task.CompletedTask;
        }
    }

    public Task<bool> AnswerAsync(string turn, IReadOnlyList<CallAnswer> answers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            lock (state.Gate) return Task.FromResult(Answer(turn, answers));
        }
        catch (TurnException refused)
        {
            return Task.FromException<bool>(refused);
        }
    }

    private bool Answer(string turn, IReadOnlyList<CallAnswer> answers)
    {
        if (!state.Turns.TryGetValue(turn, out var kept)) throw OpenCallRules.NoTurn(turn);
        OpenCallRules.Check(kept.Turn, answers, id => kept.Calls.GetValueOrDefault(id) is { } call ? (call.Call, call.Answer) : default);
        foreach (var answer in answers) kept.Calls[answer.CallId].Answer ??= answer;
        kept.Turn = kept.Turn with { OpenCalls = [.. kept.Turn.OpenCalls.Where(call => kept.Calls[call.CallId].Answer is null)] };
        return kept.Turn.Status == TurnStatus.Waiting && kept.Turn.OpenCalls.Count == 0;
    }

    public Task<WaitingTurn?> ClaimAsync(string turn, NodeLease lease, DateTimeOffset now, bool unanswered, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (!state.Turns.TryGetValue(turn, out var kept) || kept.Turn.Status != TurnStatus.Waiting || (!unanswered && kept.Turn.OpenCalls.Count > 0)) return Task.FromResult<WaitingTurn?>(null);
            (kept.Turn, kept.Node, kept.LeaseUntil) = (kept.Turn with { Status = TurnStatus.Running, OpenCalls = [] }, lease.Node, now + lease.Length);
            var answered = kept.Calls.Values.Where(call => call.Answer is not null && !call.Begun).ToArray();
            foreach (var call in answered) call.Begun = true;
            return Task.FromResult<WaitingTurn?>(new(kept.Turn, kept.Waits!, [.. answered.Select(call => new AnsweredCall(turn, call.Call, call.Answer!))]));
        }
    }

    public Task<IReadOnlyList<DueCall>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            var waiting = state.Turns.Values.Where(kept => kept.Turn.Status == TurnStatus.Waiting).ToArray();
            var left = waiting.Where(kept => !kept.IsCancelAsked).ToArray();
            return Task.FromResult<IReadOnlyList<DueCall>>([
                .. waiting.Where(kept => kept.IsCancelAsked).Select(kept => new DueCall(kept.Turn.Id, null, null) { IsCancelled = true }),
                .. left.SelectMany(kept => kept.Turn.OpenCalls.Where(call => call.ExpiresAt <= now).Select(call => new DueCall(kept.Turn.Id, call.CallId, call.Kind))),
                .. left.Where(kept => kept.Turn.OpenCalls.Count == 0).Select(kept => new DueCall(kept.Turn.Id, null, null))]);
        }
    }

    public Task<CallBeginning> BeginAsync(string turn, CallAnswer answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (state.Turns.GetValueOrDefault(turn)?.Calls.GetValueOrDefault(answer.CallId) is not { } call) return Task.FromException<CallBeginning>(CallAnswers.Unknown(turn, answer.CallId, []));
            if (call.Answer is { } first && first.Approved != answer.Approved) return Task.FromException<CallBeginning>(CallAnswers.Conflict(turn, first));
            var beginning = new CallBeginning(!call.Begun, call.Result);
            (call.Answer, call.Begun) = (call.Answer ?? answer, true);
            return Task.FromResult(beginning);
        }
    }

    public Task FinishAsync(string turn, string callId, JsonElement result, CancellationToken cancellationToken)
    {
        lock (state.Gate)
        {
            if (state.Turns.GetValueOrDefault(turn)?.Calls.GetValueOrDefault(callId) is { } call) call.Result = result;
        }
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AnsweredCall>> AnsweredAsync(string turn, CancellationToken cancellationToken)
    {
        lock (state.Gate) return Task.FromResult<IReadOnlyList<AnsweredCall>>(state.Turns.TryGetValue(turn, out var kept) ? Answered(kept) : []);
    }

    internal static AnsweredCall[] Answered(InMemoryState.KeptTurn kept) => [.. kept.Calls.Values.Where(call => call.Answer is not null).Select(call => new AnsweredCall(kept.Turn.Id, call.Call, call.Answer!))];
}
