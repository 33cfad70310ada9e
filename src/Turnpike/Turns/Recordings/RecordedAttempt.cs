using System.Text.Json.Serialization;

namespace Turnpike.Turns.Recordings;

/// <summary>The bytes of one attempt as they went over the wire: the body that was sent, and what came back. Headers, and with them keys, are not among them.</summary>
public sealed record RecordedAttempt
{
    /// <summary>The step, from 1.</summary>
    public required int Step { get; init; }
    /// <summary>The try of the step, from 1.</summary>
    public required int Attempt { get; init; }
    /// <summary>The model asked.</summary>
    public required string Model { get; init; }
    /// <summary>The HTTP status; null when no answer came.</summary>
    public int? Status { get; init; }
    /// <summary>The words behind the status; null when there are none.</summary>
    public string? Reason { get; init; }
    /// <summary>The answer's content type, as sent.</summary>
    public string? ContentType { get; init; }
    /// <summary>How many milliseconds the provider asked to wait; null when it did not.</summary>
    public double? RetryAfter { get; init; }
    /// <summary>How the answer ended.</summary>
    public ExchangeEnding Ending { get; init; }
    /// <summary>What broke it, or why none came; null when nothing did.</summary>
    public string? Fault { get; init; }
    /// <summary>The kind of <see cref="Fault"/>: a name of <see cref="HttpRequestError"/>, or <c>Timeout</c>.</summary>
    public string? FaultKind { get; init; }
    /// <summary>How many bytes of the body the client read.</summary>
    public long Bytes { get; init; }
    /// <summary>Whether bytes behind the first <see cref="ExchangeTape.MaxBytes"/>, of the answer or of what was sent, were not kept.</summary>
    public bool Truncated { get; init; }

    /// <summary>The body that was sent, compressed: see <see cref="PackedBytes"/>.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Request { get; init; }
    /// <summary>The body that came back, compressed: see <see cref="PackedBytes"/>.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Response { get; init; }
}
