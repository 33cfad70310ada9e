using System.Text.Json.Serialization;
using Turnpike.Prompts;

namespace Turnpike.Server.Api;

/// <summary>A text with a caret in it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CompletionQuestion
{
    /// <summary>The text as it stands.</summary>
    public required string Text { get; init => field = value ?? ""; }
    /// <summary>Where the caret is, in UTF-16 units; null: at the end.</summary>
    public int? Caret { get; init; }
    /// <summary>The prompt that the turn will have, so that names of its variables are offered; null: the conversation's.</summary>
    public PromptReference? Prompt { get; init; }
    /// <summary>The conversation that the turn will belong to; null: none.</summary>
    public string? Conversation { get; init; }
}
