using System.Text.Json.Serialization;

namespace Turnpike.Turns;

/// <summary>Why a turn failed.</summary>
/// <param name="Code">The wire form of a <see cref="TurnErrorCode"/>.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="Retryable">Whether the same request may work later.</param>
public sealed record TurnFailure(string Code, string Message, bool Retryable)
{
    /// <summary>In how many seconds it may, where the provider said; null: it did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfter { get; init; }

    /// <summary>A turn's own time was up.</summary>
    internal static TurnFailure TooLong { get; } = new(TurnErrorCode.Timeout.Text(), "The turn ran longer than a turn may (Turnpike:ModelCalls:Turn). What was said until then is kept.", TurnErrorCode.Timeout.IsRetryable());
}
