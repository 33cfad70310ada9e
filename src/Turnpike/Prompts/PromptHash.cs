using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Turns.Json;

namespace Turnpike.Prompts;

/// <summary>The content hash of a prompt.</summary>
public static class PromptHash
{
    private static readonly ConditionalWeakTable<Prompt, string> Known = []; // a prompt never changes; the hash that one carries may be anybody's claim

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, of the prompt's JSON without what only says where it is kept: key, id, version, labels, date, author, note and hash.
    /// Two prompts with the same hash make the same model requests.
    /// </summary>
    public static string Of(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Known.GetValue(prompt, Compute);
    }

    /// <summary>The prompt with its hash upon it.</summary>
    internal static Prompt Marked(Prompt prompt)
    {
        var hash = Of(prompt);
        var marked = prompt with { Hash = hash };
        Known.Add(marked, hash);
        return marked;
    }

    private static string Compute(Prompt prompt)
    {
        var content = prompt with { Key = "", Id = null, Version = null, Labels = [], CreatedAt = null, Author = null, Note = null, Hash = null };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, TurnpikeJson.Default.Prompt)));
    }
}
