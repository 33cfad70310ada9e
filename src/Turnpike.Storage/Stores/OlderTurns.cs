using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns;

namespace Turnpike.Storage.Stores;

/// <summary>
/// Gives prompts and titles that an earlier program indexed otherwise, and turns that ended before turns were searched, their words: a few at a time, beside other work, from where it stopped the last time. Nobody waits for it.
/// </summary>
internal sealed class OlderTurns : IAsyncDisposable
{
    private const int Few = 100;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(5); // other programs want to write too
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentQueue<Task> _begun = [];

    /// <summary>With the work on a first database begun.</summary>
    public static OlderTurns Of(SqlDatabase database)
    {
        var older = new OlderTurns();
        older.Begin(database);
        return older;
    }

    /// <summary>Ends when nothing is left to be done in the databases of now.</summary>
    public Task Done => Task.WhenAll(_begun);

    /// <summary>Begins the work on a database that was just opened.</summary>
    public void Begin(SqlDatabase database) => _begun.Enqueue(Task.Run(() => RunAsync(database)));

    private async Task RunAsync(SqlDatabase database)
    {
        try
        {
            if (await database.ReadAsync(session => session.QueryAsync(OlderWordSql.Positions, row => row.GetString(0)), _closing.Token) is not [])
                while (await database.WriteAsync(OlderWords.NextAsync, _closing.Token)) await Task.Delay(Breath, _closing.Token);
            if (await database.ReadAsync(session => session.QueryAsync(OlderTurnSql.Position, row => row.GetString(0)), _closing.Token) is []) return;
            while (await database.WriteAsync(NextAsync, _closing.Token)) await Task.Delay(Breath, _closing.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or TurnException or DbException)
        {
            // closed, or the database is away: the next start goes on
        }
    }

    /// <summary>The next few; false when there are no more.</summary>
    private static async Task<bool> NextAsync(SqlSession session)
    {
        if (await session.QueryAsync(OlderTurnSql.Position, row => row.GetString(0)) is not [var position]) return false;
        var turns = await session.QueryAsync(ConversationSearchSql.Of(session.Connection).Older, row => (Id: row.GetString(0), Json: row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1)), ("@position", position), ("@limit", (long)Few));
        if (turns.Count == 0)
        {
            await session.ExecuteAsync(OlderTurnSql.Finish);
            return false;
        }
        if (await session.ExecuteAsync(OlderTurnSql.Move, ("@next", turns[^1].Id), ("@position", position)) == 0) return true;
        foreach (var (_, json) in turns)
            if (json is not null && Parsed(json) is { } turn) await ConversationSearchRows.KeepTurnAsync(session, turn.Id, ConversationSearchRows.WordsOf(turn));
        return true;
    }

    private static Turn? Parsed(byte[] json)
    {
        try
        {
            return TurnRows.Parse(json);
        }
        catch (JsonException)
        {
            return null; // one that cannot be read keeps no other from being found
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Done;
        _closing.Dispose();
    }
}
