using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>Where a turn is in its life; the last four are ends.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TurnStatus>))]
public enum TurnStatus
{
    /// <summary>Waits for another turn of its branch.</summary>
    [JsonStringEnumMemberName("queued")] Queued,
    /// <summary>Is being made ready.</summary>
    [JsonStringEnumMemberName("preparing")] Preparing,
    /// <summary>The model is being asked.</summary>
    [JsonStringEnumMemberName("running")] Running,
    /// <summary>A tool call waits for an approval or for a client's result.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,
    /// <summary>Ended as it should.</summary>
    [JsonStringEnumMemberName("completed")] Completed,
    /// <summary>Ended by an error; what the model had said is kept.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
    /// <summary>Ended by somebody's wish; what the model had said is kept.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
    /// <summary>Its node went away; what the model had said is kept.</summary>
    [JsonStringEnumMemberName("interrupted")] Interrupted,
}
