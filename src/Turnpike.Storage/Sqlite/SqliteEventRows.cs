using Microsoft.Data.Sqlite;
using Turnpike.Storage.Events;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Sqlite;

/// <summary>Writes rows of the log.</summary>
internal sealed class SqliteEventRows(SqliteConnection connection) : IEventRows, IDisposable
{
    private readonly SqliteStatement _advance = new(connection, EventSql.Advance), _gather = new(connection, EventSql.Gather), _move = new(connection, EventSql.Move), _insert = new(connection, EventSql.Insert);

    /// <summary>How many rows were written, those of gathered text included.</summary>
    public long Count { get; private set; }

    public bool Gather(string turn, long expected, in EventRow row)
    {
        _gather.Bind(1, row.Last);
        _gather.Bind(2, row.First);
        _gather.Bind(3, row.Type);
        _gather.Bind(4, row.At);
        _gather.Bind(5, row.Data.Span);
        _gather.Bind(6, turn);
        _gather.Bind(7, expected);
        Count++;
        return _gather.Run() == 1;
    }

    public bool Write(string turn, long expected, in EventRow row)
    {
        _advance.Bind(1, row.Last);
        _advance.Bind(2, turn);
        _advance.Bind(3, expected);
        if (_advance.Run() == 0) return false;
        _insert.Bind(1, turn);
        _insert.Bind(2, row.Last);
        _insert.Bind(3, row.First);
        _insert.Bind(4, row.Type);
        _insert.Bind(5, row.At);
        _insert.Bind(6, row.Data.Span);
        Count++;
        return _insert.Run() == 1;
    }

    public void Move(string turn, long expected)
    {
        _move.Bind(1, turn);
        _move.Bind(2, expected);
        _move.Run();
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[_advance, _gather, _move, _insert]) statement.Dispose();
    }
}
