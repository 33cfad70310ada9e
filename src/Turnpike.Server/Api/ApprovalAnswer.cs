using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>A yes or no to a tool call that waits.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ApprovalAnswer
{
    /// <summary>Whether the call may run.</summary>
    public required bool Approved { get; init; }
    /// <summary>Why, as it is told to the model when the answer is no.</summary>
    public string? Reason { get; init; }
}
