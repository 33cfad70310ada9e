using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Calls;

/// <summary>What somebody outside says of a tool call that waits: a result of a tool that the client executes, or a yes or no.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CallAnswer
{
    /// <summary>The call's id.</summary>
    public required string CallId { get; init; }
    /// <summary>The result, any JSON, <c>null</c> included; for calls that the client executes. For calls that ask for input: an object with <c>{action: accept | decline | cancel, content?}</c> for each question.</summary>
    [JsonConverter(typeof(SaidJson))]
    public JsonElement? Output { get; init; }
    /// <summary>The result as texts and media, in order, where it is more than text; <see cref="Output"/> is then what they are as text. Faces set it; a request's body cannot.</summary>
    [JsonIgnore]
    public IReadOnlyList<AIContent>? Parts { get; init; }
    /// <summary>Whether the result tells of an error; of a call that asks for input, that nobody answers it.</summary>
    public bool IsError { get; init; }
    /// <summary>Whether the call may run; for calls that wait for an approval. <c>false</c> declines one that asks for input.</summary>
    public bool? Approved { get; init; }
    /// <summary>Why, as it is told to the model when the answer is no; at most 2,000 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether two answers say the same.</summary>
    public bool Says(CallAnswer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Approved == other.Approved && IsError == other.IsError
            && (Output is null ? other.Output is null : other.Output is { } output && ForeignJson.AreSame(Output.Value, output))
            && ToolParts.AreSame(Parts, other.Parts);
    }
}
