using Turnpike.Storage.Events;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Stores;

/// <summary>The events of turns, in a database.</summary>
internal sealed class SqlTurnLog(SqlDatabase database) : ITurnLog
{
    public void Append(TurnEvent happened) => database.Append(happened);

    public Task AppendAsync(TurnEvent happened, CancellationToken cancellationToken) => database.AppendAsync(happened, cancellationToken);

    public Task<IReadOnlyList<TurnEvent>> ReadAsync(string turn, long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<TurnEvent>>(async session => await ReadAsync(session, turn, after, limit), cancellationToken);

    internal static async Task<List<TurnEvent>> ReadAsync(SqlSession session, string turn, long after, int limit)
    {
        var events = new List<TurnEvent>();
        if (await session.QueryAsync(TurnSql.ConversationOf, row => row.GetString(0), ("@id", turn)) is not [var conversation]) return events;
        var rows = await session.QueryAsync(EventSql.Read, row => new EventRow(row.GetInt64(1), row.GetInt64(0), row.GetString(2), row.GetInt64(3), row.GetFieldValue<byte[]>(4)),
            ("@turn", turn), ("@after", after), ("@limit", (long)limit));
        foreach (var row in rows)
        {
            EventRowReader.Read(row, turn, conversation, after, events);
            if (events.Count >= limit) break;
        }
        if (events.Count > limit) events.RemoveRange(limit, events.Count - limit);
        return events;
    }
}
