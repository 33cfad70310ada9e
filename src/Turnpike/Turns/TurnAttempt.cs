namespace Turnpike.Turns;

/// <summary>One try of one step: one request to a provider.</summary>
public sealed record TurnAttempt
{
    /// <summary>The step, from 1.</summary>
    public required int Step { get; init; }
    /// <summary>The try, from 1.</summary>
    public required int Attempt { get; init; }
    /// <summary>The model asked.</summary>
    public required string Model { get; init; }
    /// <summary>What the provider calls the request, in the headers of its answer or refusal; null when it did not say.</summary>
    public string? ProviderRequestId { get; init; }
    /// <summary>The provider's id of its answer; null when none came, or without one.</summary>
    public string? ProviderResponseId { get; init; }
    /// <summary>How it ended: <c>completed, failed, cancelled</c>, or <c>interrupted</c> when its node went away.</summary>
    public required TurnStatus Status { get; init; }
    /// <summary>Why the model stopped: <c>stop, length, toolCalls, contentFilter, other</c>.</summary>
    public string? FinishReason { get; init; }
    /// <summary>Tokens.</summary>
    public TurnUsage? Usage { get; init; }
    /// <summary>The price row used.</summary>
    public Catalogs.ModelPrice? Price { get; init; }
    /// <summary>What it cost; null when the price is unknown.</summary>
    public TurnCost? Cost { get; init; }
    /// <summary>What went wrong, if it failed.</summary>
    public TurnFailure? Error { get; init; }
    /// <summary>Milliseconds from asking to the end.</summary>
    public double Milliseconds { get; init; }
    /// <summary>Milliseconds from asking to the first token; null when none came.</summary>
    public double? TimeToFirstToken { get; init; }
}
