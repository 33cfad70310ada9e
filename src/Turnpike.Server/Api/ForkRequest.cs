using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>Where a fork goes on from.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ForkRequest
{
    /// <summary>The turn; null: the newest of the shown branch.</summary>
    public string? Turn { get; init; }
}
