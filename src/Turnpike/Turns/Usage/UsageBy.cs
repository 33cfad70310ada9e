using System.Text.Json.Serialization;

namespace Turnpike.Turns.Usage;

/// <summary>What usage is summed by.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UsageBy>))]
public enum UsageBy
{
    /// <summary>The day, in UTC, on which the turn began.</summary>
    [JsonStringEnumMemberName("day")] Day,
    /// <summary>The model that was asked.</summary>
    [JsonStringEnumMemberName("model")] Model,
    /// <summary>The key of the turn's prompt.</summary>
    [JsonStringEnumMemberName("prompt")] Prompt,
    /// <summary>The project of the turn's conversation when it began.</summary>
    [JsonStringEnumMemberName("project")] Project,
    /// <summary>The access key under which the turn began.</summary>
    [JsonStringEnumMemberName("key")] Key,
}
