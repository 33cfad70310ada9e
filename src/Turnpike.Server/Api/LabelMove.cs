using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>Which version a label shall name.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LabelMove
{
    /// <summary>The version's number.</summary>
    public required int Version { get; init; }
}
