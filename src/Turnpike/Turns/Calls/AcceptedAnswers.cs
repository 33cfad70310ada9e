using Microsoft.Extensions.AI;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;

namespace Turnpike.Turns.Calls;

/// <summary>Answers that are results by themselves, without that a tool runs: those of a client, and refusals. They count from when they are accepted, whatever becomes of the turn.</summary>
public static class AcceptedAnswers
{
    /// <summary>The results, as the turn's log will tell them.</summary>
    public static IReadOnlyList<ToolResult> Results(IReadOnlyList<AnsweredCall> answered)
    {
        ArgumentNullException.ThrowIfNull(answered);
        return [.. answered.Where(one => !one.Runs).Select(one => ToolResults.Event(one.Call.Kind == OpenCall.Client ? ToolResults.OfClient(one.Answer, one.Call.Name) : ToolResults.Denied(one.Call.CallId, one.Call.Name, one.Answer.Reason)))];
    }

    /// <summary>A waiting turn as it is kept, with the results that it has already; other turns as they are.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="answered">What was answered to its calls.</param>
    public static Turn Onto(Turn turn, IReadOnlyList<AnsweredCall> answered)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var messages = turn.Messages.ToList();
        var at = messages.FindLastIndex(message => message.Role == ChatRole.Assistant && message.Contents.Any(part => part is FunctionCallContent));
        if (turn.Status != TurnStatus.Waiting || at < 0) return turn;
        var told = messages.Skip(at + 1).FirstOrDefault(message => message.Role == ChatRole.Tool);
        var whole = new ChatMessage(ChatRole.Tool, [.. told?.Contents ?? []]);
        foreach (var result in Results(answered).Where(result => Calls(messages[at]).Contains(result.CallId) && !whole.Contents.OfType<FunctionResultContent>().Any(known => known.CallId == result.CallId))) Put(ToolResults.Of(result), whole, messages[at]);
        if (told is not null) messages.Remove(told);
        if (whole.Contents.Count > 0) messages.Insert(at + 1, whole);
        return turn with { Messages = messages };
    }

    /// <summary>Puts a result where the next step is sent it: in the order of the calls, whichever was done first.</summary>
    internal static void Put(FunctionResultContent result, ChatMessage results, ChatMessage? asked)
    {
        var calls = Calls(asked);
        var place = calls.IndexOf(result.CallId);
        var behind = place < 0 ? 0 : results.Contents.OfType<FunctionResultContent>().Reverse().TakeWhile(other => calls.IndexOf(other.CallId) > place).Count();
        results.Contents.Insert(results.Contents.Count - behind, result);
    }

    private static List<string> Calls(ChatMessage? asked) => asked?.Contents.OfType<FunctionCallContent>().Select(call => call.CallId).ToList() ?? [];
}
