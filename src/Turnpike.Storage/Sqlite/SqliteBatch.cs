using Microsoft.Data.Sqlite;
using SQLitePCL;
using Turnpike.Storage.Events;
using Turnpike.Storage.Sql;
using Turnpike.Storage.Stores;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sqlite;

/// <summary>Commits what many writers want in one transaction. What one of them cannot have is undone alone.</summary>
internal sealed class SqliteBatch : IGroupCommit
{
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly SqliteStatement _begin, _commit, _savepoint, _release, _undo;
    private readonly SqliteEventRows _rows;
    private readonly EventGatherer _events;

    public SqliteBatch(SqliteConnection connection, string path)
    {
        (_connection, _path) = (connection, path);
        Session = new(connection);
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

    /// <summary>How many rows of events were written.</summary>
    public long Rows => _rows.Count;

    /// <summary>Writes events and does jobs, in order, and commits them together; then tells the jobs.</summary>
    public void Commit(List<object> items, bool isAll)
    {
        try
        {
            _begin.Run();
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
            Abandon();
            _ = Session.TakeNews();
            foreach (var item in items) (item as SqliteJob)?.Fail(Describe(error));
            return;
        }
        foreach (var item in items) (item as SqliteJob)?.Done();
        foreach (var change in Session.TakeNews()) Committed?.Invoke(change);
        if (Session.WaitingWords >= WaitingWords.Many) Rest();
    }

    public bool IsQuick => true;

    public bool HoldsText => _events.HoldsText;

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
            Abandon(); // they go on waiting: the next search tells what is wrong, or the next quiet moment does it
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
            _undo.Run();
            _release.Run();
            Session.ForgetNews(told);
            return Describe(error);
        }
    }

    private void Add(TurnEvent happened)
    {
        if (happened is TextDelta or ReasoningDelta) _events.Add(happened);
        else _ = Write(happened); // nobody waits; if it is missing, what follows in its log is refused
    }

    private void Abandon()
    {
        _events.Clear();
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

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[_begin, _commit, _savepoint, _release, _undo]) statement.Dispose();
        _rows.Dispose();
        Session.Dispose();
    }
}
