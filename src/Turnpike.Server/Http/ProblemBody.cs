using System.Text.Json.Serialization;
using Turnpike.Turns;

namespace Turnpike.Server.Http;

/// <summary>An error as it is told: RFC 9457 with our code and, where they help, the place and the names at fault.</summary>
internal sealed record ProblemBody
{
    /// <summary>Always <c>about:blank</c>: the code says what kind of problem it is.</summary>
    public string Type { get; init; } = "about:blank";
    /// <summary>The status in words.</summary>
    public required string Title { get; init; }
    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }
    /// <summary>What happened and what to do.</summary>
    public required string Detail { get; init; }
    /// <summary>A word for programs, such as <c>prompt_not_found</c>.</summary>
    public required string Code { get; init; }
    /// <summary>The stretch of the typed text or template that is at fault, in UTF-16 units.</summary>
    public TextSpan? Span { get; init; }
    /// <summary>The field of the request that is at fault, such as <c>parameters.temperature</c>.</summary>
    public string? Field { get; init; }
    /// <summary>A word of other protocols that says it more exactly than the code; only their faces tell it.</summary>
    [JsonIgnore]
    public string? Narrower { get; init; }
    /// <summary>Whether the same request gives the same problem again, however long it waits; headers of other protocols tell it.</summary>
    [JsonIgnore]
    public bool Settled { get; init; }
    /// <summary>All variables at fault, for the <c>variable_…</c> codes: those of the problem's own code first, each with its own.</summary>
    public IReadOnlyList<VariableFault>? Variables { get; init; }
    /// <summary>What the model's provider answered, for the <c>provider_…</c> codes.</summary>
    public int? ProviderStatus { get; init; }
    /// <summary>Seconds to wait before trying again; also the header <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }
    /// <summary>The turn that ended badly, for a caller that waited for it.</summary>
    public string? Turn { get; init; }
    /// <summary>Its conversation.</summary>
    public string? Conversation { get; init; }
    /// <summary>The same words as <see cref="Detail"/>, as in the event <c>turn.failed</c>.</summary>
    public string? Message { get; init; }
    /// <summary>Whether the same request may work later.</summary>
    public bool? Retryable { get; init; }
}
