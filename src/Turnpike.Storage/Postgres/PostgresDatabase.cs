using System.Data;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Turnpike.Storage.Events;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Events;

namespace Turnpike.Storage.Postgres;

/// <summary>
/// A PostgreSQL database that any number of nodes share. Stores use a bounded pool of connections; one more writes the log in groups, and one hears what
/// other nodes tell. A database that goes away and comes back, or fails over, is waited for.
/// </summary>
public sealed class PostgresDatabase : SqlDatabase, IDisposable
{
    private const int MostTries = 12;
    private const string Clock = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    private const string ReadOnly = "SHOW transaction_read_only";
    private readonly PostgresOptions _options;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly NpgsqlDataSource _source;
    private readonly PostgresConnections _connections;
    private readonly GroupWriter _writer;
    private readonly PostgresListener? _listener;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private TimeSpan _clockOffset;
    private volatile bool _closed;

    private PostgresDatabase(PostgresOptions options, NpgsqlConnectionStringBuilder settings, NpgsqlDataSource source, PostgresConnections connections, TimeProvider time, ILogger logger)
    {
        (_options, _settings, _source, _connections, _time, _logger) = (options, settings, source, connections, time, logger);
        _writer = new(new PostgresBatch(connections, settings, options.LogPatience), options.MostBehind, PostgresErrors.Closed);
        _listener = options.Listens ? new(source, Changes, logger) : null;
    }

    /// <summary>Connects to the database and brings its schema up to date.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">The clock that dates migrations.</param>
    /// <exception cref="TurnException"><c>storage_unavailable</c>: it cannot be reached or written, or a newer program wrote it.</exception>
    public static PostgresDatabase Open(PostgresOptions options, TimeProvider time) => Open(options, time, NullLogger.Instance);

    /// <summary>The same, with a place to tell what goes wrong where nobody waits for it.</summary>
    internal static PostgresDatabase Open(PostgresOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var settings = options.Settings();
        if (options.Schema is { } schema) settings.SearchPath = schema;
        var source = NpgsqlDataSource.Create(settings);
        try
        {
            return Migrated(options, settings, source, new(source, new(settings.MaxPoolSize - 2)), time, logger);
        }
        catch (TurnException)
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Another schema of the same database, by the same connections: however many there are, this program opens no more than it was told. This one outlives it.</summary>
    /// <param name="schema">The schema, made when it does not exist.</param>
    /// <exception cref="TurnException"><c>storage_unavailable</c>.</exception>
    internal PostgresDatabase Beside(string schema)
    {
        var options = _options with { Schema = schema, Listens = false };
        return Migrated(options, new(_settings.ConnectionString) { SearchPath = schema }, _source, _connections.For(schema), _time, _logger);
    }

    private static PostgresDatabase Migrated(PostgresOptions options, NpgsqlConnectionStringBuilder settings, NpgsqlDataSource source, PostgresConnections connections, TimeProvider time, ILogger logger)
    {
        try
        {
            Task.Run(() => MigrateAsync(connections, settings, time.GetUtcNow())).GetAwaiter().GetResult(); // stores are opened when they are first asked for, which cannot wait otherwise
            return new(options, settings, source, connections, time, logger);
        }
        catch (Exception error) when (error is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException or TurnException)
        {
            throw PostgresErrors.Of(settings, error);
        }
    }

    private static async Task MigrateAsync(PostgresConnections connections, NpgsqlConnectionStringBuilder settings, DateTimeOffset now)
    {
        using var place = await connections.TakeAsync(CancellationToken.None);
        await using var connection = await connections.OpenAsync(CancellationToken.None);
        await PostgresMigrations.RunAsync(connection, settings, now);
    }

    internal override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => WriteAsync(IsolationLevel.RepeatableRead, work, cancellationToken);

    internal override Task<T> WriteInLineAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => WriteAsync(IsolationLevel.ReadCommitted, work, cancellationToken);

    private Task<T> WriteAsync<T>(IsolationLevel isolation, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        (long Number, T Result)? unheard = null; // of the commit that was asked for last
        return TryAsync(async connection =>
        {
            if (unheard is { } commit && await PostgresCommits.IsKeptAsync(connection, commit.Number)) return commit.Result;
            await using var transaction = await connection.BeginTransactionAsync(isolation, cancellationToken);
            var session = new SqlSession(connection, PostgresDialect.Instance) { Time = _time };
            var result = await work(session);
            unheard = await PostgresCommits.NumberAsync(connection, session.TakeNews()) is { } number ? (number, result) : null;
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }, cancellationToken);
    }

    internal override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => TryAsync(connection => work(new(connection, PostgresDialect.Instance)), cancellationToken);

    internal override Task<IReadOnlyList<string>> RenewAsync(string node, IReadOnlyCollection<string> turns, long until, CancellationToken cancellationToken) => PostgresLeases.RenewAsync(this, node, turns, until, cancellationToken);

    internal override void Append(TurnEvent happened) => _writer.Append(happened);

    internal override Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken)
    {
        var job = new PostgresEventJob(happened);
        _writer.Add(job);
        return job.Task;
    }

    internal override TimeSpan ClockOffset => _clockOffset;

    internal override async Task ReadClockAsync(CancellationToken cancellationToken)
    {
        if (_time != TimeProvider.System) return; // a clock that somebody sets is taken at its word
        var now = await ReadAsync(session => session.QueryAsync(Clock, row => row.GetInt64(0)), cancellationToken);
        _clockOffset = DateTimeOffset.FromUnixTimeMilliseconds(now[0]) - _time.GetUtcNow();
    }

    /// <inheritdoc/>
    public override async Task CheckAsync(CancellationToken cancellationToken)
    {
        var isReadOnly = await ReadAsync(session => session.QueryAsync(ReadOnly, row => row.GetString(0)), cancellationToken);
        if (isReadOnly[0] == "on") throw PostgresErrors.ReadOnly(_settings);
    }

    internal override async Task<T> WriteAfterAsync<T>(string turn, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await SettleAsync();
        return await WriteAsync(work, cancellationToken);
    }

    private Task SettleAsync()
    {
        if (_writer.IsIdle) return Task.CompletedTask;
        var job = new PostgresEventJob(null);
        _writer.Add(job);
        return job.Task;
    }

    /// <summary>Does something with a connection; again when writers met, or when the database was away for a moment.</summary>
    private async Task<T> TryAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        using var place = await _connections.TakeAsync(cancellationToken);
        for (var tries = 1; ; tries++)
        {
            if (_closed) throw PostgresErrors.Closed();
            try
            {
                await using var connection = await _connections.OpenAsync(cancellationToken);
                try
                {
                    return await work(connection);
                }
                catch (InvalidOperationException error) when (connection.State != ConnectionState.Open)
                {
                    throw new NpgsqlException("The connection was lost", error); // between two of its commands
                }
            }
            catch (Exception error) when (error is not OperationCanceledException && (PostgresErrors.Met(error) ? tries < MostTries || Stopwatch.GetElapsedTime(since) < _options.Patience : PostgresErrors.Away(error) && Stopwatch.GetElapsedTime(since) < _options.Patience && !_closed))
            {
                await Task.Delay(TimeSpan.FromMilliseconds((PostgresErrors.Met(error) ? 2 : 50) * Math.Min(tries, 10) * (0.5 + Random.Shared.NextDouble())), cancellationToken);
            }
            catch (Exception error) when (error is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException or IOException)
            {
                throw PostgresErrors.Of(_settings, error);
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _writer.CloseAsync();
        if (_listener is not null) await _listener.DisposeAsync();
        if (!_connections.AreLent) await _source.DisposeAsync();
    }

    /// <summary>Writes what is waiting and closes the database.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
