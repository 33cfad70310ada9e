using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Sqlite;

/// <summary>A few connections for reading; they see what is committed and never wait for the writer.</summary>
internal sealed class SqliteReaders(SqliteOptions options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(Math.Max(4, Environment.ProcessorCount * 2));
    private readonly ConcurrentBag<SqlSession> _idle = [];
    private volatile bool _closed;

    public async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        SqlSession? session = null;
        try
        {
            if (_closed) throw SqliteErrors.Closed();
            session = _idle.TryTake(out var idle) ? idle : new(SqliteConnections.OpenReader(options));
            var result = await work(session);
            _idle.Add(session);
            session = null;
            return result;
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Of(options.Path, error);
        }
        finally
        {
            session?.Dispose();
            _free.Release();
            if (_closed) Dispose();
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var session)) session.Dispose();
    }
}
