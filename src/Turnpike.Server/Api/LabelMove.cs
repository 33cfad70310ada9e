using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>Which version a label shall name.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LabelMove
{
    /// <summary>The version's number.</summary>
    public required int Version { get; init; }
    /// <summary>Whether the label is protected from now on; null: as it is.</summary>
    public bool? Protected { get; init; }
    /// <summary>Says that a protected label is meant to move.</summary>
    public bool Force { get; init; }
}
