using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Turnpike.Storage.Sqlite;

/// <summary>A prepared statement without the layers above it, for what runs for every event and every commit.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int MostKept = 64 << 10;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private byte[] _text = new byte[256];

    /// <exception cref="SqliteException">It is not one statement, or none that the database understands.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement, out var rest), _database);
        if (string.IsNullOrWhiteSpace(rest)) return;
        _statement.Dispose();
        throw new ArgumentException($"Only one statement can be prepared: {sql}", nameof(sql));
    }

    /// <summary>The place of a parameter, for binding it.</summary>
    public int PlaceOf(string parameter) => raw.sqlite3_bind_parameter_index(_statement, parameter);

    public void Bind(int index, long value) => raw.sqlite3_bind_int64(_statement, index, value);

    /// <summary>Binds what a store hands over: text, bytes, a whole or broken number, a yes or no, or nothing.</summary>
    public void Bind(int index, object? value)
    {
        switch (value)
        {
            case null: raw.sqlite3_bind_null(_statement, index); break;
            case string text: Bind(index, text); break;
            case long number: Bind(index, number); break;
            case int number: Bind(index, (long)number); break;
            case byte[] { Length: 0 }: raw.sqlite3_bind_zeroblob(_statement, index, 0); break;
            case byte[] bytes: raw.sqlite3_bind_blob(_statement, index, bytes); break;
            case double number: raw.sqlite3_bind_double(_statement, index, number); break;
            case bool yes: Bind(index, yes ? 1L : 0L); break;
            default: throw new ArgumentException($"A {value.GetType().Name} has no place in a column.", nameof(value));
        }
    }

    public void Bind(int index, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) raw.sqlite3_bind_text(_statement, index, ""); // a span without bytes has no address, which stands for no text at all
        else raw.sqlite3_bind_text(_statement, index, text);
    }

    public void Bind(int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_text.Length < most) _text = new byte[most];
        Bind(index, _text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text)));
    }

    /// <summary>Runs the statement to its end; returns how many rows the last change touched.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Run()
    {
        int code;
        do code = raw.sqlite3_step(_statement);
        while (code == raw.SQLITE_ROW);
        if (code != raw.SQLITE_DONE)
        {
            var error = new SqliteException(raw.sqlite3_errmsg(_database).utf8_to_string(), code, raw.sqlite3_extended_errcode(_database));
            raw.sqlite3_reset(_statement);
            LetGo();
            throw error;
        }
        raw.sqlite3_reset(_statement);
        LetGo();
        return raw.sqlite3_changes(_database);
    }

    public void Dispose() => _statement.Dispose();

    /// <summary>A statement lives as long as its connection; one long text does not.</summary>
    private void LetGo()
    {
        if (_text.Length <= MostKept) return;
        _text = new byte[256];
        raw.sqlite3_clear_bindings(_statement);
    }
}
