using System.Text.Json.Serialization;

namespace Turnpike.Turns.Calls;

/// <summary>What becomes of a turn whose tool calls wait for somebody outside.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OnWait>))]
public enum OnWait
{
    /// <summary>It is <c>waiting</c> until they are answered, and goes on.</summary>
    [JsonStringEnumMemberName("wait")] Wait,
    /// <summary>It ends as completed with its calls open; a later turn brings the answers.</summary>
    [JsonStringEnumMemberName("handOver")] HandOver,
}
