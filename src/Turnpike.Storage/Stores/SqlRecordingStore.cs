using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Json;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>What went to providers and came back, in a database.</summary>
internal sealed class SqlRecordingStore(SqlDatabase database) : IRecordingStore
{
    public Task AddAsync(string turn, RecordedAttempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var (json, request, response) = (JsonSerializer.Serialize(attempt, TurnpikeJson.Relaxed.RecordedAttempt), attempt.Request.ToArray(), attempt.Response.ToArray());
        return database.WriteAsync(session => session.ExecuteAsync(RecordingSql.Insert, ("@turn", turn), ("@step", (long)attempt.Step), ("@attempt", (long)attempt.Attempt), ("@json", json), ("@request", request), ("@response", response)), cancellationToken);
    }

    public Task<IReadOnlyList<RecordedAttempt>> OfAsync(string turn, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<RecordedAttempt>>(async session =>
        await session.QueryAsync(RecordingSql.Of, row => JsonSerializer.Deserialize(row.GetString(0), TurnpikeJson.Relaxed.RecordedAttempt)! with
        {
            Request = row.GetFieldValue<byte[]>(1),
            Response = row.GetFieldValue<byte[]>(2),
        }, ("@turn", turn)), cancellationToken);
}
