using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Turnpike.Storage.Events;
using Turnpike.Storage.Sql;
using Turnpike.Storage.Stores;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sqlite;

/// <summary>
/// Commits what many writers want in one transaction. What one of them cannot have is undone alone. While another program holds the file, events wait, and whoever waits for one of them; all else
/// is refused.
/// </summary>
internal sealed class SqliteBatch : IGroupCommit
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly TimeSpan _patience;
    private readonly SqliteStatement _begin, _commit, _savepoint, _release, _undo;
    private readonly SqliteEventRows _rows;
    private readonly EventGatherer _events;
    private List<object> _late = []; // events of groups that could not be begun
    private long _lateSince;
    private Refusal? _refusing; // of what is being committed

    /// <param name="connection">Writes; belongs to the batch from now on.</param>
    /// <param name="path">The file.</param>
    /// <param name="patience">How long events wait for another program that holds it.</param>
    /// <param name="time">The clock.</param>
    public SqliteBatch(SqliteConnection connection, string path, TimeSpan patience, TimeProvider time)
    {
        (_connection, _path, _patience) = (connection, path, patience);
        Session = new(connection) { Time = time };
        _begin = new(connection, "BEGIN IMMEDIATE");
        _commit = new(connection, "COMMIT");
        _savepoint = new(connection, "SAVEPOINT job");
        _release = new(connection, "RELEASE job");
        _undo = new(connection, "ROLLBACK TO job");
        _rows = new(connection);
        _events = new(_rows);
    }

    public SqlSession Session { get; }

    /// <summary>Hears what jobs told of their changes, when they are committed.</summary>
    public Action<StoreChange>? Committed { get; set; }

    /// <summary>Why the disk did not take what was written last, and when that was; null: it did.</summary>
    public Refusal? Refused { get; private set; }

    /// <summary>How many rows of events were written.</summary>
    public long Rows => _rows.Count;

    /// <summary>Writes events and does jobs, in order, and commits them together; then tells the jobs.</summary>
    public void Commit(List<object> items, bool isAll)
    {
        if (_late.Count > 0)
        {
            _late.AddRange(items);
            (items, _late) = (_late, []);
        }
        _refusing = null;
        try
        {
            if (!Begin(items)) return;
            foreach (var item in items)
            {
                if (item is TurnEvent happened) Add(happened);
                else ((SqliteJob)item).Run(this);
            }
            if (isAll) _events.Flush();
            _commit.Run();
        }
        catch (Exception error)
        {
            Note(error);
            Refused = _refusing;
            Abandon();
            _ = Session.TakeNews();
            foreach (var item in items) (item as SqliteJob)?.Fail(Describe(error));
            _lateSince = 0;
            return;
        }
        Refused = _refusing;
        foreach (var item in items) (item as SqliteJob)?.Done();
        foreach (var change in Session.TakeNews()) Committed?.Invoke(change);
        if (Session.WaitingWords >= WaitingWords.Many) Rest();
    }

    public bool IsQuick => true;

    public bool HoldsText => _events.HoldsText || _late.Count > 0;

    /// <summary>Puts words that wait into the index.</summary>
    public bool Rest()
    {
        if (Session.WaitingWords == 0) return false;
        try
        {
            _begin.Run();
            var left = WaitingWords.IndexAsync(Session).GetAwaiter().GetResult(); // SQLite never really waits
            _commit.Run();
            return left;
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            Undo(); // they go on waiting: the next search tells what is wrong, or the next quiet moment does it
            return false;
        }
    }

    /// <summary>Writes an event now; what stood in its way, null when nothing did.</summary>
    public Exception? Write(TurnEvent happened)
    {
        try
        {
            return _events.Write(happened) ? null : StoreErrors.NotRunning(happened.Turn);
        }
        catch (Exception error) when (error is not SqliteException) // it cannot be written as JSON: its own fault, not the batch's
        {
            return error;
        }
    }

    /// <summary>Does work that is undone alone when it throws; what it threw, null when it did not.</summary>
    /// <param name="work">The work.</param>
    /// <param name="turn">The turn whose events it wants to see; null: it wants none.</param>
    public Exception? Try(Action work, string? turn)
    {
        if (turn is not null) _events.Settle(turn);
        _savepoint.Run();
        var told = Session.NewsCount;
        try
        {
            work();
            _release.Run();
            return null;
        }
        catch (Exception error) when (raw.sqlite3_get_autocommit(_connection.Handle) == 0) // else the whole transaction is gone
        {
            Note(error);
            _undo.Run();
            _release.Run();
            Session.ForgetNews(told);
            return Describe(error);
        }
    }

    /// <summary>Begins the transaction; false while another program holds the file: nothing has been done yet, and the events are kept for the next time.</summary>
    private bool Begin(List<object> items)
    {
        try
        {
            _begin.Run();
            _lateSince = 0;
            return true;
        }
        catch (SqliteException busy) when (SqliteErrors.IsBusy(busy) && IsPatient())
        {
            foreach (var item in items)
            {
                if (item is SqliteJob job and not SqliteEventJob) job.Fail(Describe(busy));
                else _late.Add(item);
            }
            if (!HoldsText) _lateSince = 0;
            Thread.Sleep(Pause); // a file that is refused at once is not asked all the time
            return false;
        }
    }

    private bool IsPatient()
    {
        if (_lateSince == 0) _lateSince = Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(_lateSince) < _patience;
    }

    private void Add(TurnEvent happened)
    {
        if (happened is TextDelta or ReasoningDelta) _events.Add(happened);
        else _ = Write(happened); // nobody waits; if it is missing, what follows in its log is refused
    }

    private void Note(Exception error)
    {
        if (error is SqliteException { SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY }) _refusing = new(Describe(error), Stopwatch.GetTimestamp());
    }

    private void Abandon()
    {
        _events.Clear();
        Undo();
    }

    private void Undo()
    {
        if (raw.sqlite3_get_autocommit(_connection.Handle) != 0) return;
        try
        {
            SqliteConnections.Run(_connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // The next BEGIN tells what is wrong with the database.
        }
    }

    private Exception Describe(Exception error) => error is SqliteException sqlite ? SqliteErrors.Of(_path, sqlite) : error;

    /// <param name="Why">What callers are told.</param>
    /// <param name="At">When it was, by the stopwatch.</param>
    internal sealed record Refusal(Exception Why, long At);

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[_begin, _commit, _savepoint, _release, _undo]) statement.Dispose();
        _rows.Dispose();
        Session.Dispose();
    }
}
