using System.Text.Json;
using System.Text.Json.Serialization;

namespace Turnpike.Prompts.Testing;

/// <summary>One thing that must be so: exactly one member is set. Texts are compared with case, as they are.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PromptExpectation
{
    /// <summary>The answer has this text in it.</summary>
    public string? Contains { get; init; }
    /// <summary>The answer has not.</summary>
    public string? NotContains { get; init; }
    /// <summary>The answer is this text, white space at both ends left out.</summary>
    public string? Equal { get; init; }
    /// <summary>A regular expression of .NET fits somewhere in the answer; without back references and look-around.</summary>
    public string? Matches { get; init; }
    /// <summary>The answer is JSON that fits this schema; <c>true</c>: any JSON.</summary>
    public JsonElement? Json { get; init; }
    /// <summary>The model called this tool.</summary>
    public string? Calls { get; init; }
    /// <summary>The model did not.</summary>
    public string? NotCalls { get; init; }
    /// <summary>What is sent to the model has this text in it: system text, rules, resources and messages. A case with nothing but these asks no model.</summary>
    public string? Sends { get; init; }
    /// <summary>What is sent to the model has not.</summary>
    public string? NotSends { get; init; }
    /// <summary>The turn took at most this many output tokens.</summary>
    public long? MaxOutputTokens { get; init; }
    /// <summary>The turn took at most this long, in seconds.</summary>
    public double? MaxSeconds { get; init; }

    /// <summary>Whether what is sent decides it, without an answer.</summary>
    [JsonIgnore]
    internal bool IsOfRequest => Sends is not null || NotSends is not null;
}
