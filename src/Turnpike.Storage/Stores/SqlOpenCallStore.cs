using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;

namespace Turnpike.Storage.Stores;

/// <summary>Tool calls that wait, in a database.</summary>
internal sealed class SqlOpenCallStore(SqlDatabase database) : IOpenCallStore
{
    private const string Nobody = "";

    public Task<bool> WaitAsync(Turn turn, IReadOnlyList<TraceStation> trace, WaitingState needs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var (json, state) = (TurnRows.Json(turn), JsonSerializer.Serialize(needs, TurnpikeJson.Relaxed.WaitingState));
        var packed = Packed.Pack(JsonSerializer.SerializeToUtf8Bytes(trace, TurnpikeJson.Relaxed.IReadOnlyListTraceStation));
        return database.WriteAsync(async session =>
        {
            if (await session.ExecuteAsync(OpenCallSql.Change, ("@status", "waiting"), ("@json", json), ("@turn", turn.Id), ("@before", "running")) == 0) return false;
            await session.ExecuteAsync(TurnSql.UpdateTrace, ("@trace", packed), ("@turn", turn.Id));
            await session.ExecuteAsync(OpenCallSql.Hold, ("@node", Nobody), ("@until", long.MaxValue), ("@turn", turn.Id));
            await session.ExecuteAsync(OpenCallSql.Wait, ("@turn", turn.Id), ("@json", state));
            foreach (var call in turn.OpenCalls) await session.ExecuteAsync(OpenCallSql.Reopen, ("@turn", turn.Id), ("@call", call.CallId), ("@expires", call.ExpiresAt?.ToUnixTimeMilliseconds()), ("@json", JsonSerializer.Serialize(call, TurnpikeJson.Relaxed.OpenCall)));
            await InsertAsync(session, turn.Id, turn.OpenCalls);
            return true;
        }, cancellationToken);
    }

    public Task HandOverAsync(string turn, IReadOnlyList<OpenCall> calls, CancellationToken cancellationToken) => database.WriteAsync(async session =>
    {
        await InsertAsync(session, turn, calls);
        return true;
    }, cancellationToken);

    public Task<bool> AnswerAsync(string turn, IReadOnlyList<CallAnswer> answers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return database.WriteAsync(async session =>
        {
            var kept = await FindAsync(session, turn) ?? throw OpenCallRules.NoTurn(turn);
            var calls = await CallsAsync(session, turn);
            OpenCallRules.Check(kept, answers, id => calls.Find(call => call.Call.CallId == id) is { } call ? (call.Call, call.Answer) : default);
            var given = answers.Select(answer => answer.CallId).ToHashSet(StringComparer.Ordinal);
            var left = kept.OpenCalls.Where(call => !given.Contains(call.CallId)).ToArray();
            foreach (var answer in answers) await session.ExecuteAsync(OpenCallSql.Answer, ("@answer", KeptAnswer.Write(answer)), ("@turn", turn), ("@call", answer.CallId));
            if (kept.Status != TurnStatus.Waiting) return false;
            if (left.Length < kept.OpenCalls.Count) await session.ExecuteAsync(OpenCallSql.Change, ("@status", "waiting"), ("@json", TurnRows.Json(kept with { OpenCalls = left })), ("@turn", turn), ("@before", "waiting"));
            return left.Length == 0;
        }, cancellationToken);
    }

    public Task<WaitingTurn?> ClaimAsync(string turn, NodeLease lease, DateTimeOffset now, bool unanswered, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        WaitingTurn? claimed = null; // known here only: whoever else asks, even in the same name, has not claimed it
        var until = (now + lease.Length + database.ClockOffset).ToUnixTimeMilliseconds();
        return database.WriteAsync<WaitingTurn?>(async session =>
        {
            if (claimed is not null && await session.QueryAsync(OpenCallSql.IsHeld, row => 1, ("@turn", turn), ("@node", lease.Node), ("@until", until)) is [_]) return claimed; // committed, and its word was lost on the way to us
            if (await FindAsync(session, turn) is not { Status: TurnStatus.Waiting } waiting) return null;
            var calls = await CallsAsync(session, turn);
            if (!unanswered && calls.Any(call => call.Answer is null)) return null;
            if (await session.QueryAsync(OpenCallSql.State, row => row.GetString(0), ("@turn", turn)) is not [var state]) return null;
            var running = waiting with { Status = TurnStatus.Running, OpenCalls = [] };
            if (await session.ExecuteAsync(OpenCallSql.Change, ("@status", "running"), ("@json", TurnRows.Json(running)), ("@turn", turn), ("@before", "waiting")) == 0) return null;
            await session.ExecuteAsync(OpenCallSql.Hold, ("@node", lease.Node), ("@until", until), ("@turn", turn));
            await session.ExecuteAsync(OpenCallSql.NoLonger, ("@turn", turn));
            var answered = calls.Where(call => call.Answer is not null && !call.Begun).ToArray();
            foreach (var call in answered) await session.ExecuteAsync(OpenCallSql.Begin, ("@at", now.ToUnixTimeMilliseconds()), ("@turn", turn), ("@call", call.Call.CallId));
            return claimed = new(running, KeptJson.Read(state, TurnpikeJson.Relaxed.WaitingState)!, [.. answered.Select(call => new AnsweredCall(turn, call.Call, call.Answer!))]);
        }, cancellationToken);
    }

    public Task<IReadOnlyList<DueCall>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<DueCall>>(async session =>
    {
        var expired = await session.QueryAsync(OpenCallSql.Expired, row => new DueCall(row.GetString(0), row.GetString(1), Call(row.GetString(2)).Kind), ("@now", now.ToUnixTimeMilliseconds()));
        var ready = await session.QueryAsync(OpenCallSql.Ready, row => new DueCall(row.GetString(0), null, null));
        var cancelled = await session.QueryAsync(OpenCallSql.Cancelled, row => new DueCall(row.GetString(0), null, null) { IsCancelled = true });
        return [.. cancelled, .. expired.Concat(ready).Where(due => !cancelled.Exists(other => other.Turn == due.Turn))];
    }, cancellationToken);

    public Task<CallBeginning> BeginAsync(string turn, CallAnswer answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return database.WriteAsync(async session =>
        {
            if (await session.QueryAsync(OpenCallSql.Find, Kept, ("@turn", turn), ("@call", answer.CallId)) is not [var call]) throw CallAnswers.Unknown(turn, answer.CallId, []);
            if (call.Answer is { } first && first.Approved != answer.Approved) throw CallAnswers.Conflict(turn, first);
            await session.ExecuteAsync(OpenCallSql.Answer, ("@answer", KeptAnswer.Write(answer)), ("@turn", turn), ("@call", answer.CallId));
            var mayRun = await session.ExecuteAsync(OpenCallSql.Begin, ("@at", now.ToUnixTimeMilliseconds()), ("@turn", turn), ("@call", answer.CallId)) == 1;
            return new CallBeginning(mayRun, call.Result);
        }, cancellationToken);
    }

    public Task FinishAsync(string turn, string callId, JsonElement result, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.ExecuteAsync(OpenCallSql.Finish, ("@result", result.GetRawText()), ("@turn", turn), ("@call", callId)), cancellationToken);

    public Task<IReadOnlyList<AnsweredCall>> AnsweredAsync(string turn, CancellationToken cancellationToken) => database.ReadAsync(session => AnsweredAsync(session, turn), cancellationToken);

    /// <summary>What was answered to the calls of a turn, in the order of the calls.</summary>
    internal static async Task<IReadOnlyList<AnsweredCall>> AnsweredAsync(SqlSession session, string turn) =>
        [.. (await CallsAsync(session, turn)).Where(call => call.Answer is not null).Select(call => new AnsweredCall(turn, call.Call, call.Answer!))];

    private static async Task InsertAsync(SqlSession session, string turn, IReadOnlyList<OpenCall> calls)
    {
        for (var i = 0; i < calls.Count; i++)
        {
            await session.ExecuteAsync(OpenCallSql.Insert, ("@turn", turn), ("@call", calls[i].CallId), ("@place", calls[i].Step * 1000L + i),
                ("@expires", calls[i].ExpiresAt?.ToUnixTimeMilliseconds()), ("@json", JsonSerializer.Serialize(calls[i], TurnpikeJson.Relaxed.OpenCall)));
        }
    }

    private static async Task<Turn?> FindAsync(SqlSession session, string turn) => await session.QueryAsync(TurnSql.Find, row => TurnRows.Parse(row.GetFieldValue<byte[]>(0)), ("@id", turn)) is [var kept] ? kept : null;

    private static Task<List<KeptCall>> CallsAsync(SqlSession session, string turn) => session.QueryAsync(OpenCallSql.Of, Kept, ("@turn", turn));

    private static KeptCall Kept(System.Data.Common.DbDataReader row) => new(Call(row.GetString(0)),
        row.IsDBNull(1) ? null : KeptAnswer.Read(row.GetString(1)), !row.IsDBNull(2), row.IsDBNull(3) ? null : JsonElement.Parse(row.GetString(3), JsonElements.Kept));

    private static OpenCall Call(string json) => KeptJson.Read(json, TurnpikeJson.Relaxed.OpenCall)!;

    private sealed record KeptCall(OpenCall Call, CallAnswer? Answer, bool Begun, JsonElement? Result);
}
