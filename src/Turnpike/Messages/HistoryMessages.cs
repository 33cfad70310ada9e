using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Messages;

/// <summary>
/// The messages of earlier turns exactly as they happened: parts in order, each call with its result, also when a later turn brought it. A failed turn is left out
/// with its user message, so that two user messages never follow each other by accident; cancelled and interrupted ones stay with what they had said.
/// </summary>
internal static class HistoryMessages
{
    /// <summary>Whether what was said before asks for an answer by itself: a question, or results of tools.</summary>
    public static bool AwaitAnswer(TurnDraft draft) => draft.Answers.Count > 0 || (SentTurns.Of(draft.History) is [.., var last] && last.Messages[^1].Role != ChatRole.Assistant);

    /// <summary>The messages as they are sent again; calls without a result get an error result, unless they are answered now.</summary>
    /// <param name="sent">The turns.</param>
    /// <param name="answers">The answers that the new turn brings to calls of the last one.</param>
    public static IEnumerable<ChatMessage> Of(IReadOnlyList<Turn> sent, IReadOnlyList<AnsweredCall> answers)
    {
        var results = new Dictionary<string, FunctionResultContent>(StringComparer.Ordinal); // of calls of the turn before
        for (var i = 0; i < sent.Count; i++)
        {
            var later = i + 1 < sent.Count ? SentTurns.Brought(sent[i + 1], SentTurns.Calls(sent[i])) : Known(answers);
            foreach (var message in Of(sent[i], results, later, i + 1 < sent.Count ? [] : answers)) yield return message;
            results = later;
        }
    }

    /// <summary>Messages that a caller gave, as they are sent.</summary>
    public static IEnumerable<ChatMessage> Given(IReadOnlyList<ChatMessage> given) => Of([new Turn { Id = "", Conversation = "", Status = TurnStatus.Completed, Model = "", CreatedAt = default, Messages = given }], []);

    private static IEnumerable<ChatMessage> Of(Turn turn, Dictionary<string, FunctionResultContent> told, Dictionary<string, FunctionResultContent> later, IReadOnlyList<AnsweredCall> answers)
    {
        IReadOnlyList<ChatMessage> messages = turn.History is { } given ? [.. given, .. turn.Messages] : turn.Messages;
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Role == ChatRole.Tool && told.Count > 0 && message.Contents.OfType<FunctionResultContent>().Any(result => told.ContainsKey(result.CallId))) continue; // told with the call
            var sent = WithoutStaying(message);
            if (sent.Contents.Count > 0 || message.Contents.Count == 0) yield return sent;
            if (message.Role != ChatRole.Assistant || message.Contents.OfType<FunctionCallContent>().ToArray() is not { Length: > 0 } calls) continue;
            var answered = i + 1 < messages.Count && messages[i + 1].Role == ChatRole.Tool ? messages[i + 1] : null;
            var own = answered?.Contents.OfType<FunctionResultContent>().ToArray() ?? [];
            if (calls.All(call => own.Any(result => result.CallId == call.CallId))) continue;
            var whole = calls.Where(call => !WillRun(call, answers)).Select(call => (AIContent)(own.FirstOrDefault(result => result.CallId == call.CallId) ?? later.GetValueOrDefault(call.CallId) ?? Unanswered(turn, call))).ToArray();
            if (whole.Length > 0) yield return new(ChatRole.Tool, [.. whole]);
            if (answered is not null) i++;
        }
    }

    /// <summary>The message without the resources that stay with the conversation: those are sent at their newest place, or were dropped.</summary>
    private static ChatMessage WithoutStaying(ChatMessage message)
    {
        if (!message.Contents.Any(Stays)) return message;
        return new(message.Role, [.. message.Contents.Where(part => !Stays(part))]) { AuthorName = message.AuthorName };

        static bool Stays(AIContent part) => MessageParts.ResourceOf(part) is { Policy: not ResourcePolicy.Once };
    }

    /// <summary>A call that was approved; its result is made when the turn runs.</summary>
    private static bool WillRun(FunctionCallContent call, IReadOnlyList<AnsweredCall> answers) => answers.Any(answer => answer.Call.CallId == call.CallId && answer.Call.Kind == OpenCall.Approval && answer.Answer.Approved == true);

    private static FunctionResultContent Unanswered(Turn turn, FunctionCallContent call) =>
        ToolValues.Error(call.CallId, turn.OpenCalls.Any(open => open.CallId == call.CallId) ? "No result: the call was never answered." : "No result: the turn ended before the tool answered.");

    private static Dictionary<string, FunctionResultContent> Known(IReadOnlyList<AnsweredCall> answers)
    {
        var known = new Dictionary<string, FunctionResultContent>(StringComparer.Ordinal);
        foreach (var (_, call, answer) in answers)
        {
            if (call.Kind == OpenCall.Client) known[call.CallId] = ToolResults.OfClient(answer, call.Name);
            else if (answer.Approved != true) known[call.CallId] = ToolResults.Denied(call.CallId, call.Name, answer.Reason);
        }
        return known;
    }
}
