using System.Text;
using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>What went to providers and came back, in a database. The bodies are sealed: what was sent holds the values of secret variables as they are.</summary>
internal sealed class SqlRecordingStore(SqlDatabase database, ISecretBox box) : IRecordingStore
{
    private const string OfBody = "recording";

    public Task AddAsync(string turn, RecordedAttempt attempt, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        var (json, request, response) = (JsonSerializer.Serialize(attempt, TurnpikeJson.Relaxed.RecordedAttempt), Sealed(attempt.Request), Sealed(attempt.Response));
        return database.WriteAsync(session => session.ExecuteAsync(RecordingSql.Insert, ("@turn", turn), ("@step", (long)attempt.Step), ("@attempt", (long)attempt.Attempt), ("@json", json), ("@request", request), ("@response", response)), cancellationToken);
    }

    public Task<IReadOnlyList<RecordedAttempt>> OfAsync(string turn, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<RecordedAttempt>>(async session =>
        await session.QueryAsync(RecordingSql.Of, row => KeptJson.Read(row.GetString(0), TurnpikeJson.Relaxed.RecordedAttempt)! with
        {
            Request = Opened(row.GetFieldValue<byte[]>(1)),
            Response = Opened(row.GetFieldValue<byte[]>(2)),
        }, ("@turn", turn)), cancellationToken);

    private byte[] Sealed(ReadOnlyMemory<byte> body) => Encoding.ASCII.GetBytes(box.Seal(Convert.ToBase64String(body.Span), OfBody));

    private byte[] Opened(byte[] kept) => Convert.FromBase64String(box.Open(Encoding.ASCII.GetString(kept), OfBody));
}
