using System.Data.Common;
using Microsoft.Data.Sqlite;
using Turnpike.Storage.Sqlite;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sql;

/// <summary>A connection with the commands that were run on it, each prepared once. Used by one piece of work at a time.</summary>
/// <param name="connection">The connection; disposed with the session.</param>
/// <param name="dialect">How the engine wants statements and text; null: as they are.</param>
internal sealed class SqlSession(DbConnection connection, SqlDialect? dialect = null) : IDisposable
{
    private List<StoreChange> _news = [];
    private readonly Dictionary<string, DbCommand> _commands = new(ReferenceEqualityComparer.Instance); // SQL texts are constants
    private readonly Dictionary<string, (SqliteStatement Statement, int[] Places)> _statements = new(ReferenceEqualityComparer.Instance);

    public DbConnection Connection => connection;

    /// <summary>The clock of the database that writes here.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, params ReadOnlySpan<(string Name, object? Value)> values) =>
        connection is SqliteConnection sqlite ? Task.FromResult(Run(sqlite, sql, values)) : Command(sql, values).ExecuteNonQueryAsync();

    /// <summary>About how many words may wait to be put into an index; a program that has just begun does not know that there are none.</summary>
    public int WaitingWords { get; set; } = 1;

    /// <summary>All rows of a query.</summary>
    public Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values) => ReadAsync(Command(sql, values), read);

    /// <summary>Tells a change to all who listen, on every node, once it is committed.</summary>
    public void Tell(string topic, string id) => _news.Add(new(topic, id));

    /// <summary>How much was told since it was taken.</summary>
    public int NewsCount => _news.Count;

    /// <summary>Takes back what was told beyond a count.</summary>
    public void ForgetNews(int beyond) => _news.RemoveRange(beyond, _news.Count - beyond);

    /// <summary>What was told since the last time.</summary>
    public List<StoreChange> TakeNews()
    {
        if (_news.Count == 0) return _news;
        var news = _news;
        _news = [];
        return news;
    }

    private static async Task<List<T>> ReadAsync<T>(DbCommand command, Func<DbDataReader, T> read)
    {
        var rows = new List<T>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Runs a statement without the layers that look at a command anew each time.</summary>
    private int Run(SqliteConnection sqlite, string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_statements.TryGetValue(sql, out var known))
        {
            var statement = new SqliteStatement(sqlite, sql);
            var places = new int[values.Length];
            for (var i = 0; i < places.Length; i++) places[i] = statement.PlaceOf(values[i].Name);
            _statements.Add(sql, known = (statement, places));
        }
        for (var i = 0; i < values.Length; i++)
            if (known.Places[i] > 0) known.Statement.Bind(known.Places[i], values[i].Value);
        return known.Statement.Run();
    }

    private DbCommand Command(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_commands.TryGetValue(sql, out var command)) _commands.Add(sql, command = Create(sql, values));
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i].Value is string text && dialect is not null ? dialect.Clean(text) : values[i].Value ?? DBNull.Value;
        for (var i = values.Length; i < command.Parameters.Count; i++) command.Parameters[i].Value = command.Parameters[SqlDialect.Flagged(command.Parameters[i].ParameterName)].Value is DBNull;
        return command;
    }

    private DbCommand Create(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = dialect is null ? sql : dialect.Translate(sql);
        foreach (var (name, _) in values) Add(command, name);
        if (dialect is not null) foreach (var flag in dialect.Flags(command.CommandText)) Add(command, flag);
        return command;
    }

    private static void Add(DbCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        foreach (var (statement, _) in _statements.Values) statement.Dispose();
        connection.Dispose();
    }
}
