using System.Text.Json;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Stores;

/// <summary>Gives prompts and titles that an earlier program indexed otherwise the words by which they are found.</summary>
internal static class OlderWords
{
    private const int Few = 100;

    /// <summary>The next few; false when there are no more.</summary>
    public static async Task<bool> NextAsync(SqlSession session)
    {
        if (await session.QueryAsync(OlderWordSql.Positions, row => (Kind: row.GetString(0), At: row.GetString(1))) is not [var (kind, position), ..]) return false;
        var isPrompts = kind == OlderWordSql.Prompts;
        var next = await session.QueryAsync(isPrompts ? OlderWordSql.NextPrompts : OlderWordSql.NextTitles, row => row.GetString(0), ("@position", position), ("@limit", (long)Few));
        if (next.Count == 0) await session.ExecuteAsync(OlderWordSql.Finish, ("@kind", kind));
        else if (await session.ExecuteAsync(OlderWordSql.Move, ("@next", next[^1]), ("@kind", kind), ("@position", position)) == 0) return true;
        foreach (var one in next)
        {
            try
            {
                if (isPrompts) await SqlPromptStore.IndexAgainAsync(session, one);
                else await ConversationSearchRows.KeepTitleAsync(session, one, "", await TitleAsync(session, one));
            }
            catch (JsonException)
            {
                // one that cannot be read keeps no other from being found
            }
        }
        return true;
    }

    private static async Task<string?> TitleAsync(SqlSession session, string conversation) =>
        (await session.QueryAsync(ConversationSql.FindBare, row => KeptJson.Read(row.GetFieldValue<byte[]>(0), TurnpikeJson.Relaxed.Conversation)?.Title, ("@id", conversation)))[0];
}
