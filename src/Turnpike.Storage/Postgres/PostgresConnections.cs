using Npgsql;

namespace Turnpike.Storage.Postgres;

/// <summary>The connections of this program to one database. All schemas there, of however many organizations, share them; each use says which schema it means.</summary>
/// <param name="source">Opens them, and puts back their settings whenever one comes back.</param>
/// <param name="places">How many uses there may be at the same time.</param>
/// <param name="schema">The schema that is meant; null: that of the source.</param>
internal sealed class PostgresConnections(NpgsqlDataSource source, SemaphoreSlim places, string? schema = null)
{
    /// <summary>Whether these are lent by the schema that opened them.</summary>
    public bool AreLent => schema is not null;

    /// <summary>The same connections, for another schema.</summary>
    public PostgresConnections For(string other) => new(source, places, other);

    /// <summary>Waits for a place; what is returned gives it back.</summary>
    public async Task<Place> TakeAsync(CancellationToken cancellationToken)
    {
        await places.WaitAsync(cancellationToken);
        return new(places);
    }

    /// <summary>Waits for a place on this thread.</summary>
    public Place Take()
    {
        places.Wait();
        return new(places);
    }

    /// <summary>A connection that means the schema; whoever opens it has a place.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        if (schema is null) return connection;
        try
        {
            await using var choose = new NpgsqlCommand($"SET search_path TO \"{schema}\"", connection);
            await choose.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same on this thread.</summary>
    public NpgsqlConnection Open() => OpenAsync(CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>A place among those at the same time.</summary>
    internal sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
