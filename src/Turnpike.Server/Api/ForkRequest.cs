using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>How a conversation is compacted.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CompactRequest
{
    /// <summary>How many of the newest turns are still sent as they are, 0 to 1,000; null: 4.</summary>
    public int? Keep { get; init; }
    /// <summary>The model that writes the summary; null: the conversation's, else the standard one.</summary>
    public string? Model { get; init; }
}

/// <summary>Where a fork goes on from.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ForkRequest
{
    /// <summary>The turn; null: the newest of the shown branch.</summary>
    public string? Turn { get; init; }
}
