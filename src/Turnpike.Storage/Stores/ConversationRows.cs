using System.Data.Common;
using System.Text.Json;
using Turnpike.Prompts;
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

    public async Task InsertAsync(SqlSession session, Conversation conversation)
    {
        var prompt = await PromptColumnsAsync(session, conversation.Prompt);
        await session.ExecuteAsync(ConversationSearchSql.Of(session.Connection).Insert, [.. Columns(conversation), .. prompt]);
        await ConversationSearchRows.KeepTitleAsync(session, conversation.Id, null, conversation.Title);
        await ReferAsync(session, conversation);
    }

    public async Task UpdateAsync(SqlSession session, Conversation before, Conversation conversation)
    {
        await session.ExecuteAsync(ConversationSql.Update, Columns(conversation));
        await ConversationSearchRows.KeepTitleAsync(session, conversation.Id, before.Title, conversation.Title);
        await session.ExecuteAsync(ContentSql.Release, ("@owner", conversation.Id));
        await ReferAsync(session, conversation);
    }

    private static async Task ReferAsync(SqlSession session, Conversation conversation)
    {
        foreach (var hash in ContentReferences.Of(conversation)) await session.ExecuteAsync(ContentSql.Refer, ("@owner", conversation.Id), ("@hash", hash));
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

    private Conversation Parse(byte[] json) => Opened(JsonSerializer.Deserialize(json, TurnpikeJson.Relaxed.Conversation)!);

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

    private (string Name, object? Value)[] Columns(Conversation conversation) =>
    [
        ("@id", conversation.Id), ("@head", conversation.Head), ("@forkedFrom", conversation.ForkedFrom), ("@updatedAt", conversation.UpdatedAt.ToUnixTimeMilliseconds()),
        ("@search", (conversation.Title ?? "").ToLowerInvariant()), ("@json", JsonSerializer.Serialize(Sealed(conversation) with { Prompt = null }, TurnpikeJson.Relaxed.Conversation)),
        ("@project", conversation.Project), ("@pinned", Flag(conversation.Pinned)), ("@starred", Flag(conversation.Starred)), ("@archived", Flag(conversation.Archived)),
    ];

    /// <summary>A yes or no as a column has it.</summary>
    public static long? Flag(bool? value) => value is null ? null : value.Value ? 1 : 0;
}
