using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.AgUi;

/// <summary>What a run answers to the open calls of the turn before: results as messages of tools, approvals as <c>resume</c>.</summary>
internal static class AgUiAnswers
{
    public const string InterruptPrefix = "apr_";

    /// <exception cref="TurnException"><c>request_invalid</c>: an interrupt that is not open, or open calls without an answer.</exception>
    public static IReadOnlyList<CallAnswer> Read(JsonElement body, AgUiMessages messages, Turn? parent)
    {
        var open = parent?.OpenCalls ?? [];
        var answers = messages.Results.Where(result => open.Any(call => call.CallId == result.CallId))
            .Select(result => new CallAnswer { CallId = result.CallId, IsError = result.Error is not null, Output = Text(result.Error ?? result.Content) }).ToList();
        var resume = body.List("resume") ?? [];
        for (var i = 0; i < resume.Count; i++) answers.Add(Resumed(resume[i], $"resume[{i}].", open));
        if (answers.Count == 0) return answers;
        var missing = open.Where(call => !answers.Exists(answer => answer.CallId == call.CallId)).Select(call => $"\"{call.CallId}\"").ToArray();
        return missing.Length == 0 ? answers : throw new TurnException(TurnErrorCode.RequestInvalid, $"All open calls must be answered at once; no answer was given to {string.Join(", ", missing)}.") { Field = "messages", Narrower = "tool_output_missing" };
    }

    private static CallAnswer Resumed(JsonElement entry, string path, IReadOnlyList<OpenCall> open)
    {
        var id = entry.Needed("interruptId", path);
        var call = open.FirstOrDefault(call => id == InterruptPrefix + call.CallId || id == call.CallId)
            ?? throw new TurnException(TurnErrorCode.RequestInvalid, $"There is no open interrupt \"{id}\".") { Field = path + "interruptId", Narrower = "tool_call_unknown" };
        var isResolved = entry.Needed("status", path) switch
        {
            "resolved" => true,
            "cancelled" => false,
            var status => throw Given.UnsupportedValue(path + "status", $"\"{path}status\" is \"{status}\"; it must be resolved or cancelled."),
        };
        var payload = entry.Member("payload");
        if (call.Kind != OpenCall.Approval) return new() { CallId = call.CallId, IsError = !isResolved, Output = isResolved && payload is { } output ? output : Text("cancelled") };
        if (isResolved && payload is not { ValueKind: JsonValueKind.Object }) throw Given.Invalid(path + "payload", $"\"{path}payload\" must be an object such as {{\"approved\": true}}; \"reason\" may stand beside it.");
        var approved = isResolved && payload is { } said && (said.Truth("approved", path + "payload.") ?? throw Given.Invalid(path + "payload.approved", $"\"{path}payload.approved\" must be true or false."));
        return new() { CallId = call.CallId, Approved = approved, Reason = payload is { ValueKind: JsonValueKind.Object } reasoned ? reasoned.Text("reason", path + "payload.") : null };
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, TurnpikeJson.Relaxed.String);
}
