using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Sql;

/// <summary>What the stores need of a database engine. The stores and their SQL are the same for all engines.</summary>
public abstract class SqlDatabase : IAsyncDisposable
{
    private protected SqlDatabase() { }

    /// <summary>Runs work in a transaction of its own, which is kept if the work returns and undone if it throws. The token counts until the work begins.</summary>
    internal abstract Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// The same for work whose every decision is the condition of an update, or comes after one that all who decide so make first: where many want one row they stand
    /// in line for it, each sees what the one before left, and nobody is sent away to try again.
    /// </summary>
    internal virtual Task<T> WriteInLineAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken) => WriteAsync(work, cancellationToken);

    /// <summary>Runs work that only reads.</summary>
    internal abstract Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Takes an event for the log without waiting.</summary>
    internal abstract void Append(TurnEvent happened);

    /// <summary>Takes an event for the log and completes when it is on disk.</summary>
    internal abstract Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken);

    /// <summary>The same as <see cref="WriteAsync"/> for work that wants to see all events of a turn that were handed over before.</summary>
    internal abstract Task<T> WriteAfterAsync<T>(string turn, Func<SqlSession, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Prolongs the leases of a node's turns; returns those that are still the node's.</summary>
    /// <param name="node">The node.</param>
    /// <param name="turns">The turns that it runs.</param>
    /// <param name="until">Until when it holds them, in milliseconds since 1970 by the database's clock.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal virtual Task<IReadOnlyList<string>> RenewAsync(string node, IReadOnlyCollection<string> turns, long until, CancellationToken cancellationToken) => WriteAsync<IReadOnlyList<string>>(async session =>
    {
        var ours = new List<string>(turns.Count);
        foreach (var turn in turns)
            if (await session.ExecuteAsync(TurnSql.Renew, ("@until", until), ("@turn", turn), ("@node", node)) == 1) ours.Add(turn);
        return ours;
    }, cancellationToken);

    /// <summary>How far the database's clock is ahead of ours: leases are counted by the clock that all nodes share.</summary>
    internal virtual TimeSpan ClockOffset => TimeSpan.Zero;

    /// <summary>Reads the database's clock again.</summary>
    internal virtual Task ReadClockAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Finds out whether it can be reached and takes what is written.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="Turns.TurnException"><c>storage_unavailable</c>: it cannot, or does not.</exception>
    public abstract Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>Tells what changes.</summary>
    public virtual StoreChanges Changes { get; } = new();

    /// <summary>Writes what is waiting and closes the database.</summary>
    public abstract ValueTask DisposeAsync();
}
