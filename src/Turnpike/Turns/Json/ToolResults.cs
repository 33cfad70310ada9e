using System.Text.Json;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;

namespace Turnpike.Turns.Json;

/// <summary>Results of tool calls between the forms they have: as the model reads them, as the log tells them, as a client gives them.</summary>
internal static class ToolResults
{
    private const string DeniedKey = "turnpike.denied";
    private const string ReasonKey = "turnpike.reason";
    private const string ByKey = "turnpike.by";

    /// <summary>The refusal of a call, as it is told to the model.</summary>
    public static FunctionResultContent Denied(string callId, string name, string? reason)
    {
        var result = ToolValues.Error(callId, $"The call of \"{name}\" was not allowed{(string.IsNullOrWhiteSpace(reason) ? "." : $": {Sentence(reason.Trim())}")} Do not call it again in the same way.");
        result.AdditionalProperties![DeniedKey] = true;
        if (!string.IsNullOrWhiteSpace(reason)) result.AdditionalProperties[ReasonKey] = reason.Trim();
        return result;
    }

    private static string Sentence(string reason) => char.IsPunctuation(reason[^1]) ? reason : reason + ".";

    /// <summary>What a client answered to a call that it executes.</summary>
    public static FunctionResultContent OfClient(CallAnswer answer, string name)
    {
        var output = answer.Output is { ValueKind: JsonValueKind.String } text ? text.GetString() : answer.Output is { ValueKind: not JsonValueKind.Null } value ? value : (object?)null;
        var result = answer.Approved is false ? Denied(answer.CallId, name, answer.Reason)
            : answer.IsError ? ToolValues.Error(answer.CallId, output?.ToString() ?? answer.Reason ?? "failed")
            : new FunctionResultContent(answer.CallId, answer.Parts is { } parts ? parts.ToArray() : output);
        (result.AdditionalProperties ??= [])[ByKey] = OpenCall.Client;
        return result;
    }

    /// <summary>What happened: the tool answered, or asks something first.</summary>
    public static TurnEvent Told(FunctionResultContent result) => result.Result is AskedInput asked ? new ToolInput { CallId = result.CallId, Input = asked } : Event(result);

    /// <summary>The result as an event.</summary>
    public static ToolResult Event(FunctionResultContent result) => new()
    {
        CallId = result.CallId,
        Result = ToolValues.IsError(result) ? null : ToolValues.Element(result.Result),
        Parts = !ToolValues.IsError(result) && ToolParts.Of(result.Result) is not null,
        Error = ToolValues.IsError(result) ? result.Result as string ?? "failed" : null,
        Denied = result.AdditionalProperties?.ContainsKey(DeniedKey) == true,
        Reason = result.AdditionalProperties?.TryGetValue(ReasonKey, out var reason) == true ? reason as string : null,
        By = result.AdditionalProperties?.TryGetValue(ByKey, out var by) == true ? (string)by! : "server",
    };

    /// <summary>The result of an event.</summary>
    public static FunctionResultContent Of(ToolResult told) => told.Error is { } error ? ToolValues.Error(told.CallId, error) : new FunctionResultContent(told.CallId, told is { Parts: true, Result: { } parts } ? ToolParts.Read(parts) : told.Result);

    /// <summary>What is told of a call whose run was cut off: nobody knows whether it happened.</summary>
    public const string OutcomeUnknown = "outcome_unknown: the program stopped while the call ran. It may have happened or not; find out before you call it again.";
}
