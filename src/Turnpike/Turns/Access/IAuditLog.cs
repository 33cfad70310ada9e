namespace Turnpike.Turns.Access;

/// <summary>Keeps who did what. It is only ever appended to.</summary>
public interface IAuditLog
{
    /// <summary>Keeps an entry; its number is given by the log.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Entries of the organization, oldest first.</summary>
    /// <param name="after">The number of the last entry that the reader has; 0 for all.</param>
    /// <param name="limit">The most to read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<IReadOnlyList<AuditEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken);
}
