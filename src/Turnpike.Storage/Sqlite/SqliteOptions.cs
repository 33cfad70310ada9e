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

    /// <summary>
    /// How long events wait for another program that goes on writing to the same file before their turns are ended; 2 minutes unless told otherwise. All else that somebody waits for is refused after
    /// <see cref="BusyTimeout"/>, at most twice as long. A program that is closed meanwhile waits as long for the sake of its events.
    /// </summary>
    public TimeSpan LogPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How many bytes of events may wait to be written, 64 MiB unless told otherwise. When the disk stands still for so long, events are dropped and the turns
    /// that lost one end as interrupted, before the program runs out of memory.
    /// </summary>
    public long MostBehind { get; init; } = 64 * 1024 * 1024;
}
