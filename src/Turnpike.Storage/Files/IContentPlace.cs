using Turnpike.Storage.Sql;
using Turnpike.Turns;

namespace Turnpike.Storage.Files;

/// <summary>Where bytes lie: a folder beside the SQLite file, or a table of the PostgreSQL database, so that all nodes have them.</summary>
internal interface IContentPlace
{
    /// <summary>A new file for bytes that arrive.</summary>
    FileStream Create();

    /// <summary>What is told when bytes that arrive cannot be written.</summary>
    TurnException Closed(Exception error);

    /// <summary>Deletes files of <see cref="Create"/> that nobody has written since a moment: a program that was killed left them.</summary>
    void Sweep(DateTimeOffset writtenBefore);

    /// <summary>Lets bytes that have arrived outlast a loss of power, before they get their place.</summary>
    void Settle(FileStream arrived);

    /// <summary>Puts bytes that have arrived where their hash says; those that are there already stay.</summary>
    Task PlaceAsync(SqlSession session, string arrived, string hash);

    /// <summary>The bytes; null when there are none, or not so many.</summary>
    Task<Stream?> OpenAsync(string hash, long size, CancellationToken cancellationToken);

    /// <summary>Takes bytes away.</summary>
    Task RemoveAsync(SqlSession session, string hash);
}
