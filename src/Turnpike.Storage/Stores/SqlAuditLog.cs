using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Stores;

/// <summary>The audit log, in the database of the organization.</summary>
internal sealed class SqlAuditLog(SqlDatabase database) : IAuditLog
{
    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var json = JsonSerializer.Serialize(entry, AccessJson.Relaxed.AuditEntry);
        return database.WriteInLineAsync(async session =>
        {
            await session.ExecuteAsync(AuditSql.Next);
            return await session.ExecuteAsync(AuditSql.Append, ("@at", entry.At.ToUnixTimeMilliseconds()), ("@json", json));
        }, cancellationToken);
    }

    public Task<IReadOnlyList<AuditEntry>> ReadAsync(long after, int limit, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<AuditEntry>>(async session =>
        await session.QueryAsync(AuditSql.Read, row => KeptJson.Read(row.GetString(1), AccessJson.Relaxed.AuditEntry)! with { Number = row.GetInt64(0) }, ("@after", after), ("@limit", (long)limit)), cancellationToken);
}
