using System.Buffers;
using System.Data;
using System.Diagnostics;
using Npgsql;
using Turnpike.Storage.Events;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Postgres;

/// <summary>
/// Writes the events of many turns with one statement, on a connection of its own, or for each statement on one that is lent. When the connection is lost on the way, it looks what was kept before it
/// writes again.
/// </summary>
internal sealed class PostgresBatch(PostgresConnections connections, NpgsqlConnectionStringBuilder settings, TimeSpan patience) : IGroupCommit
{
    private const int MostRuns = 4096;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, DeltaRun> _runs = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private NpgsqlConnection? _connection;
    private PostgresConnections.Place? _place;

    public void Commit(List<object> items, bool isAll)
    {
        var changes = new Dictionary<string, LogChange>(StringComparer.Ordinal);
        var refused = new Dictionary<PostgresEventJob, Exception>();
        foreach (var item in items)
        {
            var job = item as PostgresEventJob;
            if ((item as TurnEvent ?? job?.Event) is { } happened && Add(changes, happened) is { } fault && job is not null) refused[job] = fault;
        }
        try
        {
            if (changes.Count > 0) Write([.. changes.Values]);
        }
        catch (Exception error)
        {
            _runs.Clear();
            foreach (var item in items) (item as PostgresEventJob)?.Fail(PostgresErrors.Of(settings, error));
            return;
        }
        foreach (var change in changes.Values) Remember(change);
        foreach (var item in items)
        {
            if (item is not PostgresEventJob job) continue;
            if (refused.TryGetValue(job, out var fault)) job.Fail(fault);
            else if (job.Event is { } happened && !changes[happened.Turn].IsKept) job.Fail(StoreErrors.NotRunning(happened.Turn));
            else job.Done();
        }
    }

    private Exception? Add(Dictionary<string, LogChange> changes, TurnEvent happened)
    {
        if (!changes.TryGetValue(happened.Turn, out var change))
        {
            var known = _runs.TryGetValue(happened.Turn, out var run) && run.Last == happened.Sequence - 1 ? run : null;
            changes.Add(happened.Turn, change = new(happened.Turn, happened.Sequence - 1, known));
        }
        try
        {
            return change.TryAdd(happened, _buffer) ? null : StoreErrors.NotRunning(happened.Turn);
        }
        catch (Exception error) // it cannot be written as JSON: its own fault, not the batch's
        {
            return error;
        }
    }

    private void Remember(LogChange change)
    {
        if (_runs.Count > MostRuns) _runs.Clear();
        if (change is { IsKept: true, Run: { } run }) _runs[change.Turn] = run;
        else _runs.Remove(change.Turn);
    }

    private void Write(LogChange[] changes)
    {
        var rows = new PostgresEventRows(changes, _buffer);
        var since = Stopwatch.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            try
            {
                if (_connection is { State: not ConnectionState.Open }) Drop(); // it was lost while nothing was written
                if (connections.AreLent) _place ??= connections.Take();
                _connection ??= connections.Open();
                rows.WriteAsync(_connection, again: tries > 1).GetAwaiter().GetResult(); // this thread is for nothing else
                if (connections.AreLent) Drop();
                return;
            }
            catch (Exception error) when (tries == 1 || ((PostgresErrors.Away(error) || PostgresErrors.Met(error)) && Stopwatch.GetElapsedTime(since) < patience)) // whatever it is, what was said is not lost before a new connection was tried
            {
                Drop();
                Thread.Sleep(TimeSpan.FromMilliseconds(Math.Min(Longest.TotalMilliseconds, 20 * tries)));
            }
            catch
            {
                Drop();
                throw;
            }
        }
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
        _place?.Dispose();
        _place = null;
    }

    public void Dispose() => Drop();
}
