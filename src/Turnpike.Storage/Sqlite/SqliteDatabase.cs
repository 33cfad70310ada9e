using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Turnpike.Storage.Events;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Events;

namespace Turnpike.Storage.Sqlite;

/// <summary>
/// A database in one file, in write-ahead mode: one thread writes and commits in groups, readers never wait for it. Several programs may use the same file.
/// </summary>
public sealed class SqliteDatabase : SqlDatabase, IDisposable
{
    private static readonly TimeSpan RefusalsCount = TimeSpan.FromSeconds(10);
    private readonly GroupWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly SqliteBatch _batch;

    private SqliteDatabase(SqliteOptions options, SqliteConnection connection, TimeProvider time)
    {
        _batch = new(connection, options.Path, options.LogPatience, time) { Committed = Changes.Tell };
        _writer = new(_batch, options.MostBehind, SqliteErrors.Closed);
        _readers = new(options);
    }

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">The clock that dates migrations.</param>
    /// <exception cref="Turns.TurnException"><c>storage_unavailable</c>: it cannot be opened or written, is damaged, or a newer program wrote it.</exception>
    public static SqliteDatabase Open(SqliteOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteConnections.OpenWriter(options);
            SqliteMigrations.Run(connection, options.Path, time.GetUtcNow());
            var database = new SqliteDatabase(options, connection, time);
            connection = null;
            return database;
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Of(options.Path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SqliteErrors.Of(options.Path, SQLitePCL.raw.SQLITE_CANTOPEN, error);
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <summary>How many transactions were committed.</summary>
    internal long Batches => _writer.Batches;

    /// <summary>How many rows of events were written.</summary>
    internal long EventRows => _batch.Rows;

    internal override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => AddAsync(null, work, cancellationToken);

    internal override Task<T> WriteAfterAsync<T>(string turn, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => AddAsync(turn, work, cancellationToken); // one queue: its events come before

    private Task<T> AddAsync<T>(string? turn, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        var job = new SqliteWorkJob<T>(turn, work, cancellationToken);
        _writer.Add(job);
        return job.Task;
    }

    internal override Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => _readers.ReadAsync(work, cancellationToken);

    internal override void Append(TurnEvent happened) => _writer.Append(happened);

    internal override Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken)
    {
        var job = new SqliteEventJob(happened);
        _writer.Add(job);
        return job.Task;
    }

    /// <inheritdoc/>
    public override Task CheckAsync(CancellationToken cancellationToken)
    {
        if (_batch.Refused is (var why, var at) && Stopwatch.GetElapsedTime(at) < RefusalsCount) return Task.FromException(why); // what is refused for its size may be followed by something small that is not
        return WriteAsync(_ => Task.FromResult(true), cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _readers.Dispose();
        await _writer.CloseAsync();
    }

    /// <summary>Writes what is waiting and closes the database.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
