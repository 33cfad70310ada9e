using System.Data.Common;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sql;

/// <summary>A connection with the commands that were run on it, each prepared once. Used by one piece of work at a time.</summary>
/// <param name="connection">The connection; disposed with the session.</param>
/// <param name="dialect">How the engine wants statements and text; null: as they are.</param>
internal sealed class SqlSession(DbConnection connection, SqlDialect? dialect = null) : IDisposable
{
    private readonly List<(string Sql, (string Name, object? Value)[] Values)> _later = [];
    private List<StoreChange> _news = [];
    private int _laterDone;

    private readonly Dictionary<string, DbCommand> _commands = new(ReferenceEqualityComparer.Instance); // SQL texts are constants

    public DbConnection Connection => connection;

    /// <summary>Runs a statement; returns how many rows it changed.</summary>
    public Task<int> ExecuteAsync(string sql, params ReadOnlySpan<(string Name, object? Value)> values) => Command(sql, values).ExecuteNonQueryAsync();

    /// <summary>Whether what can wait is run together at the end of the transaction, by <see cref="RunLaterAsync"/>.</summary>
    public bool Gathers { get; init; }

    /// <summary>Runs a statement that nothing in the transaction asks for: at its end, together with those of other work, where the session gathers.</summary>
    public Task LaterAsync(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!Gathers) return ExecuteAsync(sql, values);
        _later.Add((sql, values.ToArray()));
        return Task.CompletedTask;
    }

    /// <summary>Runs the statements that wait.</summary>
    public async Task RunLaterAsync()
    {
        while (_laterDone < _later.Count)
        {
            var (sql, values) = _later[_laterDone++];
            await ExecuteAsync(sql, values);
        }
    }

    /// <summary>What waits, and how much of it was run.</summary>
    public (int Count, int Done) Later => (_later.Count, _laterDone);

    /// <summary>Forgets what was added since, and takes what was run since as not run: it was undone.</summary>
    public void UndoLater((int Count, int Done) since)
    {
        _later.RemoveRange(since.Count, _later.Count - since.Count);
        _laterDone = since.Done;
    }

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
        connection.Dispose();
    }
}
