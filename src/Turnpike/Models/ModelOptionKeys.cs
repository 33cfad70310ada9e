namespace Turnpike.Models;

/// <summary>Keys of <c>ChatOptions.AdditionalProperties</c> for what <c>ChatOptions</c> has no member for, and of an answer's.</summary>
public static class ModelOptionKeys
{
    /// <summary>A string: <c>none, minimal, low, medium, high, xhigh</c>. Set beside <c>ChatOptions.Reasoning</c>, and more exact.</summary>
    public const string ReasoningEffort = "turnpike.reasoningEffort";

    /// <summary>A string: <c>low, medium, high</c>.</summary>
    public const string Verbosity = "turnpike.verbosity";

    /// <summary>A <c>JsonObject</c> whose members go into the provider's request body as they are.</summary>
    public const string ProviderOptions = "turnpike.providerOptions";

    /// <summary>A <c>bool</c>: the provider's own web search, where it has one.</summary>
    public const string WebSearch = "turnpike.webSearch";

    /// <summary>A string, in <c>ChatResponseUpdate.AdditionalProperties</c> of an answer's first update: what the provider calls the request.</summary>
    public const string RequestId = "turnpike.requestId";

    /// <summary>An <c>int</c>, in <c>ChatResponseUpdate.AdditionalProperties</c> of an update: how many characters came with it of tool calls that are not whole yet.</summary>
    public const string Pending = "turnpike.pending";
}
