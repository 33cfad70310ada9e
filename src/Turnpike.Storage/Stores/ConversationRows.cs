using System.Data.Common;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Storage.Files;
using Turnpike.Storage.Sql;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Files;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Stores;

/// <summary>Conversations as rows: the prompt apart, by the hash of what it says, all else as JSON, in which the variables are sealed.</summary>
internal sealed class ConversationRows(ISecretBox secrets)
{
    private const string Purpose = "conversation-variables";

    public async Task<Conversation?> FindAsync(SqlSession session, string id) => await session.QueryAsync(ConversationSql.Find, Read, ("@id", id)) is [var found] ? found : null;

    /// <summary>A conversation without its prompt.</summary>
    public async Task<Conversation?> FindBareAsync(SqlSession session, string id) =>
        await session.QueryAsync(ConversationSql.FindBare, row => Parse(row.GetFieldValue<byte[]>(0)), ("@id", id)) is [var found] ? found : null;

    public static async Task<bool> ExistsAsync(SqlSession session, string id) => await session.QueryAsync(ConversationSql.Exists, row => 1, ("@id", id)) is [_];

    /// <summary>Keeps a new conversation.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="by">The turn that begins it; null: somebody made it.</param>
    /// <param name="columns">Its columns, if they were made before.</param>
    public async Task InsertAsync(SqlSession session, Conversation conversation, Turn? by = null, (string Name, object? Value)[]? columns = null)
    {
        var prompt = await PromptColumnsAsync(session, conversation.Prompt);
        var begunBy = by is null ? 0L : by.Store == false && !IsMarked(conversation) ? 2 : 1;
        await session.ExecuteAsync(ConversationSearchSql.Of(session.Connection).Insert, [.. columns ?? Columns(conversation), .. prompt, ("@begunBy", begunBy)]);
        await ConversationSearchRows.KeepTitleAsync(session, conversation.Id, null, conversation.Title);
        await ReferAsync(session, null, conversation);
    }

    /// <summary>Keeps what was changed of a conversation.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="before">As it was.</param>
    /// <param name="conversation">As it is from now on.</param>
    /// <param name="by">The turn that changes it; null: somebody does, or what a turn left is taken away.</param>
    public async Task UpdateAsync(SqlSession session, Conversation before, Conversation conversation, Turn? by = null)
    {
        var isListed = by is { Store: not false } || IsMarked(conversation);
        await session.ExecuteAsync(ConversationSql.Update, [.. Columns(conversation), ("@listed", isListed ? 1L : 0L)]);
        await ConversationSearchRows.KeepTitleAsync(session, conversation.Id, before.Title, conversation.Title);
        await ReferAsync(session, before, conversation);
    }

    /// <summary>Whether somebody wants to find it again, whatever was said in it.</summary>
    private static bool IsMarked(Conversation conversation) => conversation is { Title: not null } or { Pinned: true } or { Starred: true };

    /// <summary>Notes which contents the conversation needs; what it needed before and still does stays untouched, since others may need it too and write at the same time.</summary>
    private static async Task ReferAsync(SqlSession session, Conversation? before, Conversation conversation)
    {
        var (had, needed) = (before is null ? [] : ContentReferences.Of(before).ToList(), ContentReferences.Of(conversation).ToList());
        foreach (var hash in had.Except(needed)) await ContentRows.ReleaseAsync(session, conversation.Id, hash);
        foreach (var hash in needed.Except(had)) await ContentRows.ReferAsync(session, conversation.Id, hash);
    }

    /// <summary>Keeps the conversation's prompt, in place of the one before.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="before">The prompt that it had, forgotten where nothing else names it; null: none, or one that is to stay.</param>
    public static async Task PinAsync(SqlSession session, Conversation conversation, Prompt? before)
    {
        var prompt = await PromptColumnsAsync(session, conversation.Prompt);
        await session.ExecuteAsync(ConversationSql.Pin, [.. prompt, ("@id", conversation.Id)]);
        if (before?.Hash is { } hash) await PromptContents.ForgetAsync(session, hash);
    }

    private static async Task<(string Name, object? Value)[]> PromptColumnsAsync(SqlSession session, Prompt? prompt) =>
        [("@promptHash", prompt is null ? null : await PromptContents.KeepAsync(session, prompt)), ("@promptKey", prompt?.Key), ("@promptId", prompt?.Id), ("@promptVersion", (long?)prompt?.Version)];

    public Conversation Read(DbDataReader row)
    {
        var conversation = Parse(row.GetFieldValue<byte[]>(0));
        return row.IsDBNull(2) ? conversation : conversation with
        {
            Prompt = PromptContents.Read(row.GetFieldValue<byte[]>(1)) with
            {
                Hash = row.GetString(2),
                Key = row.GetString(3),
                Id = row.IsDBNull(4) ? null : row.GetString(4),
                Version = row.IsDBNull(5) ? null : (int)row.GetInt64(5),
            },
        };
    }

    private Conversation Parse(byte[] json) => Opened(KeptJson.Read(json, TurnpikeJson.Relaxed.Conversation)!);

    /// <summary>The conversation with its variables, and those of its agent, sealed.</summary>
    private Conversation Sealed(Conversation conversation) => conversation with
    {
        Variables = secrets.Seal(conversation.Variables, Purpose),
        Agent = conversation.Agent is { } agent ? agent with { Variables = secrets.Seal(agent.Variables, Purpose) } : null,
    };

    private Conversation Opened(Conversation conversation) => conversation with
    {
        Variables = secrets.Open(conversation.Variables, Purpose),
        Agent = conversation.Agent is { } agent ? agent with { Variables = secrets.Open(agent.Variables, Purpose) } : null,
    };

    /// <summary>What is kept of a conversation, but for its prompt.</summary>
    public (string Name, object? Value)[] Columns(Conversation conversation) =>
    [
        ("@id", conversation.Id), ("@head", conversation.Head), ("@forkedFrom", conversation.ForkedFrom), ("@updatedAt", conversation.UpdatedAt.ToUnixTimeMilliseconds()),
        ("@search", (conversation.Title ?? "").ToLowerInvariant()), ("@json", JsonSerializer.Serialize(Sealed(conversation) with { Prompt = null }, TurnpikeJson.Relaxed.Conversation)),
        ("@project", conversation.Project), ("@pinned", Flag(conversation.Pinned)), ("@starred", Flag(conversation.Starred)), ("@archived", Flag(conversation.Archived)),
    ];

    /// <summary>A yes or no as a column has it.</summary>
    public static long? Flag(bool? value) => value is null ? null : value.Value ? 1 : 0;
}
