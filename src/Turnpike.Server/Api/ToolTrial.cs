using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Server.Api;

/// <summary>A call to try.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ToolTrial
{
    /// <summary>The tool's arguments, an object.</summary>
    public JsonElement? Arguments { get; init; }
    /// <summary>Whether a person who saw the arguments approves of the call, should it need that.</summary>
    public bool Approved { get; init; }
}
