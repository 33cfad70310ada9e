using System.Diagnostics;

namespace Turnpike.Storage.Postgres;

/// <summary>
/// Prolongs leases beside the writer of the log, which locks the same rows many times a second: what is locked is passed over and tried again a moment later, so that neither waits for the other.
/// Each statement commits by itself: a program that is frozen here holds no row that others must end its turns by.
/// </summary>
internal static class PostgresLeases
{
    private const int Most = 500; // rows of one statement, which the writer may have to wait for
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>The turns of these that are the node's, and whether each was prolonged or passed over.</summary>
    private const string Renew = """
        WITH free AS (
            SELECT turn FROM running WHERE turn = ANY (@turns) AND node = @node FOR NO KEY UPDATE SKIP LOCKED
        ), renewed AS (
            UPDATE running r SET until = @until FROM free WHERE r.turn = free.turn RETURNING r.turn
        )
        SELECT turn, true FROM renewed
        UNION ALL
        SELECT turn, false FROM running WHERE turn = ANY (@turns) AND node = @node AND turn NOT IN (SELECT turn FROM renewed)
        """;

    /// <summary>The turns that are still the node's. A row that somebody holds all the time keeps the lease that it had, which outlasts several renewals; its turn is the node's all the same.</summary>
    public static async Task<IReadOnlyList<string>> RenewAsync(PostgresDatabase database, string node, IEnumerable<string> turns, long until, CancellationToken cancellationToken)
    {
        var (ours, left, since) = (new List<string>(), turns.ToArray(), Stopwatch.GetTimestamp());
        while (true)
        {
            var passed = new List<string>();
            foreach (var some in left.Chunk(Most))
            {
                var found = await database.ReadAsync(session => session.QueryAsync(Renew, row => (Turn: row.GetString(0), IsRenewed: row.GetBoolean(1)), ("@turns", some), ("@node", node), ("@until", until)), cancellationToken);
                foreach (var (turn, isRenewed) in found) (isRenewed ? ours : passed).Add(turn);
            }
            if (passed.Count == 0 || Stopwatch.GetElapsedTime(since) >= Patience) return [.. ours, .. passed];
            left = [.. passed];
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
