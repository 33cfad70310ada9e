using Turnpike.Storage.Events;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Events;

namespace Turnpike.Storage.Sqlite;

/// <summary>Something that somebody waits for to be written.</summary>
internal abstract class SqliteJob : GroupJob
{
    /// <summary>Does it within the batch's transaction; throws only when the whole transaction is lost.</summary>
    public abstract void Run(SqliteBatch batch);

    /// <summary>The transaction is committed.</summary>
    public abstract void Done();
}

/// <summary>An event that somebody waits for.</summary>
internal sealed class SqliteEventJob(TurnEvent happened) : SqliteJob
{
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _error;

    public Task Task => _written.Task;

    public override void Run(SqliteBatch batch) => _error = batch.Write(happened);

    public override void Done()
    {
        if (_error is not null) _written.SetException(_error);
        else _written.SetResult();
    }

    public override void Fail(Exception error) => _written.SetException(error);
}

/// <summary>A store's work, for which the events of a turn may have to be written before.</summary>
internal sealed class SqliteWorkJob<T>(string? turn, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) : SqliteJob
{
    private readonly TaskCompletionSource<T> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _error;
    private T? _result;

    public Task<T> Task => _written.Task;

    public override void Run(SqliteBatch batch)
    {
        if (cancellationToken.IsCancellationRequested) _error = new OperationCanceledException(cancellationToken);
        else _error = batch.Try(() => _result = work(batch.Session).GetAwaiter().GetResult(), turn); // SQLite never really waits
    }

    public override void Done()
    {
        if (_error is OperationCanceledException) _written.SetCanceled(cancellationToken);
        else if (_error is not null) _written.SetException(_error);
        else _written.SetResult(_result!);
    }

    public override void Fail(Exception error) => _written.SetException(error);
}
