using Turnpike.Turns.Events;

namespace Turnpike.Storage.Sql;

/// <summary>What the stores need of a database engine. The stores and their SQL are the same for all engines.</summary>
public abstract class SqlDatabase : IAsyncDisposable
{
    private protected SqlDatabase() { }

    /// <summary>Runs work in a transaction of its own, which is kept if the work returns and undone if it throws. The token counts until the work begins.</summary>
    internal abstract Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Runs work that only reads.</summary>
    internal abstract Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Takes an event for the log without waiting.</summary>
    internal abstract void Append(TurnEvent happened);

    /// <summary>Takes an event for the log and completes when it is on disk.</summary>
    internal abstract Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken);

    /// <summary>The databases of all organizations, for what tends to the turns of all of them.</summary>
    internal virtual IReadOnlyList<SqlDatabase> Everywhere => [this];

    /// <summary>Writes what is waiting and closes the database.</summary>
    public abstract ValueTask DisposeAsync();
}
