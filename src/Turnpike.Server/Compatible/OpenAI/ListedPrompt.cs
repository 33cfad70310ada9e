using Turnpike.Prompts;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>What a list of models tells of a prompt.</summary>
/// <param name="Id">As it stands in <c>model</c>.</param>
/// <param name="Key">The prompt's key.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Description">What it is for; null: it does not say.</param>
/// <param name="Created">When its version or label was made, in seconds since 1970; 0 when nobody knows.</param>
internal sealed record ListedPrompt(string Id, string Key, string Name, string? Description, long Created)
{
    public static ListedPrompt Of(string id, Prompt prompt) => new(id, prompt.Key, prompt.Title ?? prompt.Key, prompt.Description, prompt.CreatedAt?.ToUnixTimeSeconds() ?? 0);
}
