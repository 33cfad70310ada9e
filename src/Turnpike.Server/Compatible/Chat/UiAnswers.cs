using System.Text.Json;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.Chat;

/// <summary>What a UI client answers to a turn's open calls: the assistant's message comes back with the results and approvals in its parts.</summary>
internal sealed record UiAnswers(string Turn, IReadOnlyList<CallAnswer> Answers)
{
    /// <summary>The answers of a body whose last message is the assistant's; null when it is somebody else's.</summary>
    public static UiAnswers? Read(JsonElement body)
    {
        var messages = body.List("messages");
        if ((messages is { Count: > 0 } ? messages[^1] : body.Object("message")) is not { } last || last.Text("role") != "assistant" || body.Text("trigger") == "regenerate-message") return null;
        if (UiBranches.TurnOf(last.Text("id") ?? "") is not { } turn) throw Given.Invalid("messages", "The last message is the assistant's, and its id names no turn: nothing can be answered.");
        return new(turn, [.. (last.List("parts") ?? []).Select(Answer).OfType<CallAnswer>()]);
    }

    /// <summary>The answers to calls that wait; the parts tell of the others too.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="before">Its events.</param>
    /// <param name="again">Whether the request may be one that was answered already: then it is about the last calls that the turn asked for and that it names.</param>
    /// <returns>The answers, and the number of the event that the client has.</returns>
    /// <exception cref="TurnException">None of the calls waits.</exception>
    public (IReadOnlyList<CallAnswer> Open, long Told) To(Turn turn, IReadOnlyList<TurnEvent> before, bool again)
    {
        var open = Of(turn.OpenCalls.Select(call => call.CallId));
        if (open.Length > 0) return (open, before[^1].Sequence);
        if (again && before.OfType<StepCompleted>().LastOrDefault(step => Of(step.Waiting).Length > 0) is { } waited) return (Of(waited.Waiting), waited.Sequence);
        throw Given.Invalid("messages", "The last message is the assistant's, and none of its tool calls waits for an answer. Send a message of the user.");
    }

    private CallAnswer[] Of(IEnumerable<string> calls)
    {
        var named = calls.ToHashSet(StringComparer.Ordinal);
        return [.. Answers.Where(answer => named.Contains(answer.CallId))];
    }

    private static CallAnswer? Answer(JsonElement part)
    {
        if (part.Text("toolCallId") is not { } call) return null;
        return part.Text("state") switch
        {
            "output-available" => new() { CallId = call, Output = part.Member("output") ?? JsonSerializer.SerializeToElement("", TurnpikeJson.Relaxed.String) },
            "output-error" => new() { CallId = call, IsError = true, Output = JsonSerializer.SerializeToElement(part.Text("errorText") ?? "failed", TurnpikeJson.Relaxed.String) },
            "approval-responded" or "output-denied" when part.Object("approval") is { } approval => new() { CallId = call, Approved = approval.Truth("approved") ?? false, Reason = approval.Text("reason") },
            _ => null,
        };
    }
}
