using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>What of a conversation can be changed.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ConversationChange
{
    /// <summary>A name for people; at most 500 characters.</summary>
    public string? Title { get; init; }
    /// <summary>The project whose settings its turns have.</summary>
    public string? Project { get; init; }
    /// <summary>Ids or names of the rules that its turns have, in place of those before.</summary>
    public IReadOnlyList<string>? Rules { get; init; }
}
