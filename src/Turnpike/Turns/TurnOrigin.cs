using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>The turn that another one does again.</summary>
/// <param name="Turn">Its id.</param>
/// <param name="Kind">What was done with it.</param>
public sealed record TurnOrigin(string Turn, TurnOriginKind Kind);

/// <summary>What was done with a turn to make another.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TurnOriginKind>))]
public enum TurnOriginKind
{
    /// <summary>The same text was answered again, with the settings of today.</summary>
    [JsonStringEnumMemberName("regenerate")] Regenerate,
    /// <summary>The same request was made again after it had failed.</summary>
    [JsonStringEnumMemberName("retry")] Retry,
    /// <summary>What the person wrote was changed.</summary>
    [JsonStringEnumMemberName("edit")] Edit,
    /// <summary>What the model answered was changed by hand.</summary>
    [JsonStringEnumMemberName("answer")] Answer,
}
