using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Storage.Sql;
using Turnpike.Turns.Json;

namespace Turnpike.Storage.Stores;

/// <summary>What prompts say, kept once for each content.</summary>
internal static class PromptContents
{
    /// <summary>Keeps what a prompt says; returns its hash. A hash that the prompt brings along is not trusted.</summary>
    public static async Task<string> KeepAsync(SqlSession session, Prompt prompt)
    {
        var hash = PromptHash.Of(prompt);
        if (await session.QueryAsync(PromptSql.HasContent, row => 1, ("@hash", hash)) is [_]) return hash;
        var content = prompt with { Key = "", Id = null, Version = null, Labels = [], CreatedAt = null, Author = null, Note = null, Hash = null };
        await session.ExecuteAsync(PromptSql.InsertContent, ("@hash", hash), ("@json", JsonSerializer.Serialize(content, TurnpikeJson.Relaxed.Prompt)));
        return hash;
    }

    /// <summary>Deletes what a prompt said whose last user may be gone, unless something names it still.</summary>
    public static Task<int> ForgetAsync(SqlSession session, string hash) => session.ExecuteAsync(PromptSql.ForgetContent, ("@hash", hash));

    /// <summary>What a prompt says, without where it is kept.</summary>
    public static Prompt Read(byte[] json) => KeptJson.Read(json, TurnpikeJson.Relaxed.Prompt)!;
}
