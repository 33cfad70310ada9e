namespace Turnpike.Storage.Sqlite;

/// <summary>Where the SQLite database is and how careful it is.</summary>
public sealed record SqliteOptions
{
    /// <summary>The database file; it and its folder are made when they do not exist.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Whether each commit waits for the disk itself. Without it (the default) nothing is lost when the program dies, but the last moments may be lost when
    /// the machine loses power; the database stays sound in both cases.
    /// </summary>
    public bool SyncEachCommit { get; init; }

    /// <summary>How long to wait for another program that writes to the same file; 10 seconds unless told otherwise.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
