using System.Text.Json.Serialization;

namespace Turnpike.Turns.Recordings;

/// <summary>How a provider's answer ended, as the client saw it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExchangeEnding>))]
public enum ExchangeEnding
{
    /// <summary>It was left before its end: the client had what it needed, stopped waiting, or was cancelled.</summary>
    [JsonStringEnumMemberName("left")] Left,
    /// <summary>It was read to its end.</summary>
    [JsonStringEnumMemberName("whole")] Whole,
    /// <summary>It broke off.</summary>
    [JsonStringEnumMemberName("broken")] Broken,
    /// <summary>There was none: no connection, or one that closed before an answer.</summary>
    [JsonStringEnumMemberName("unreachable")] Unreachable,
}
