using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>A text with a caret in it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CompletionQuestion
{
    /// <summary>The text as it stands.</summary>
    public string Text { get; init => field = value ?? ""; } = "";
    /// <summary>Where the caret is, in UTF-16 units; null: at the end.</summary>
    public int? Caret { get; init; }
}
