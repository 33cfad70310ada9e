using System.Text.Json.Serialization;

namespace Turnpike.Turns.Calls;

/// <summary>What becomes of a call of a tool.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ToolDecision>))]
public enum ToolDecision
{
    /// <summary>It runs.</summary>
    [JsonStringEnumMemberName("allow")] Allow,
    /// <summary>It waits for somebody's yes or no.</summary>
    [JsonStringEnumMemberName("ask")] Ask,
    /// <summary>It is refused, and the model is told so.</summary>
    [JsonStringEnumMemberName("deny")] Deny,
}
