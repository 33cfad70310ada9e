using System.Data.Common;
using Turnpike.Prompts;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>Which turns of a database ran which prompts.</summary>
internal sealed class SqlPromptUses(SqlDatabase database) : IPromptUses
{
    public Task<Page<PromptUse>> ListAsync(string key, int? version, string? after, int limit, CancellationToken cancellationToken)
    {
        var cursor = PageCursor.Parse(after);
        return database.ReadAsync(async session =>
        {
            var rows = await session.QueryAsync(PromptSql.Uses, Read, ("@key", key), ("@version", (long?)version), ("@time", cursor.Time), ("@name", cursor.Name), ("@limit", limit + 1L));
            var more = rows.Count > limit;
            if (more) rows.RemoveAt(limit);
            return new Page<PromptUse>(rows, more ? new PageCursor(rows[^1].CreatedAt.ToUnixTimeMilliseconds(), rows[^1].Turn).ToString() : null);
        }, cancellationToken);
    }

    public Task<Prompt?> PromptOfAsync(string turn, CancellationToken cancellationToken) => database.ReadAsync(async session =>
        await session.QueryAsync(PromptSql.PromptOf, PromptOf, ("@turn", turn)) is [var prompt] ? prompt : null, cancellationToken);

    private static PromptUse Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : (int)row.GetInt64(2), row.IsDBNull(3) ? null : row.GetString(3),
        Enum.Parse<TurnStatus>(row.GetString(4), ignoreCase: true), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)));

    private static Prompt PromptOf(DbDataReader row) => PromptContents.Read(row.GetFieldValue<byte[]>(3)) with
    {
        Key = row.IsDBNull(0) ? "" : row.GetString(0),
        Version = row.IsDBNull(1) ? null : (int)row.GetInt64(1),
        Hash = row.GetString(2),
    };
}
