using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Json;

namespace Turnpike.Messages;

/// <summary>
/// The messages of earlier turns exactly as they happened: parts in order, each call with its result, also when a later turn brought it. A failed turn is left out
/// with its user message, so that two user messages never follow each other by accident, unless its tools have run: those, cancelled and interrupted ones stay with what they had said.
/// </summary>
internal static class HistoryMessages
{
    /// <summary>Whether what was said before asks for an answer by itself: a question, or results of tools.</summary>
    public static bool AwaitAnswer(TurnDraft draft) => draft.Answers.Count > 0 || (SentTurns.Of(draft.History) is [.., var last] && Newest(last)?.Role != ChatRole.Assistant);

    private static ChatMessage? Newest(Turn turn) => turn.Messages is [.., var message] ? message : turn.History is [.., var given] ? given : null;

    /// <summary>The messages as they are sent again; calls without a result get an error result, unless they are answered now.</summary>
    /// <param name="sent">The turns.</param>
    /// <param name="answers">The answers that the new turn brings to calls of the last one.</param>
    /// <returns>The messages, each with the id of the turn whose it is.</returns>
    public static IEnumerable<(ChatMessage Message, string Turn)> Of(IReadOnlyList<Turn> sent, IReadOnlyList<AnsweredCall> answers)
    {
        for (var i = 0; i < sent.Count; i++)
        {
            var later = i + 1 < sent.Count ? SentTurns.Brought(sent[i + 1], SentTurns.Calls(sent[i])) : Known(answers);
            foreach (var message in Of(sent[i], later, i + 1 < sent.Count ? [] : answers)) yield return (message, sent[i].Id);
        }
    }

    /// <summary>Messages that a caller gave, as they are sent.</summary>
    public static IEnumerable<ChatMessage> Given(IReadOnlyList<ChatMessage> given) => Of([new Turn { Id = "", Conversation = "", Status = TurnStatus.Completed, Model = "", CreatedAt = default, Messages = given }], []).Select(one => one.Message);

    /// <summary>Results stand behind the message that makes their calls, and only there: of a call that was taken away, or told with its result before, none is sent.</summary>
    private static IEnumerable<ChatMessage> Of(Turn turn, Dictionary<string, FunctionResultContent> later, IReadOnlyList<AnsweredCall> answers)
    {
        IReadOnlyList<ChatMessage> messages = turn.History is { } given ? [.. given, .. turn.Messages] : turn.Messages;
        var (owed, behind) = (new HashSet<string>(StringComparer.Ordinal), (ResultsBehind?)null);
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (message.Role != ChatRole.Tool) owed.Clear();
            var sent = Owed(WithoutStaying(message), owed);
            if (sent.Contents.Count > 0 || message.Contents.Count == 0) yield return sent;
            if (message.Role != ChatRole.Assistant || message.Contents.OfType<FunctionCallContent>().ToArray() is not { Length: > 0 } calls) continue;
            var own = messages.Skip(i + 1).TakeWhile(next => next.Role == ChatRole.Tool).SelectMany(Results).Select(result => result.CallId).ToHashSet(StringComparer.Ordinal);
            if (calls.All(call => own.Contains(call.CallId)))
            {
                owed.UnionWith(own);
                continue;
            }
            var whole = calls.Where(call => !WillRun(call, answers)).Select(call => (AIContent)((behind ??= new(messages)).Of(call.CallId, i) ?? later.GetValueOrDefault(call.CallId) ?? Unanswered(turn, call))).ToArray();
            if (whole.Length > 0) yield return new(ChatRole.Tool, [.. whole]);
        }
    }

    private static IEnumerable<FunctionResultContent> Results(ChatMessage message) => message.Role == ChatRole.Tool ? message.Contents.OfType<FunctionResultContent>() : [];

    /// <summary>The results that stand further down than right behind their calls. Messages are asked about from the first to the last.</summary>
    private sealed class ResultsBehind
    {
        private readonly Dictionary<string, Queue<(int Message, FunctionResultContent? Result)>> _places = new(StringComparer.Ordinal); // null: the id is used for a call there

        public ResultsBehind(IReadOnlyList<ChatMessage> messages)
        {
            for (var i = 0; i < messages.Count; i++)
            {
                foreach (var call in messages[i].Contents.OfType<FunctionCallContent>()) At(call.CallId).Enqueue((i, null));
                foreach (var result in Results(messages[i])) At(result.CallId).Enqueue((i, result));
            }
        }

        /// <summary>The result of a call of a message, before the id is used for another call.</summary>
        public FunctionResultContent? Of(string callId, int message)
        {
            var places = At(callId);
            while (places.TryPeek(out var next) && next.Message <= message) places.Dequeue();
            return places.TryPeek(out var place) ? place.Result : null;
        }

        private Queue<(int Message, FunctionResultContent? Result)> At(string callId) => System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_places, callId, out _) ??= new();
    }

    /// <summary>A message of results without those that no call before it waits for.</summary>
    private static ChatMessage Owed(ChatMessage message, HashSet<string> owed)
    {
        if (message.Role != ChatRole.Tool) return message;
        var parts = message.Contents.Where(part => part is not FunctionResultContent result || owed.Remove(result.CallId)).ToArray();
        return parts.Length == message.Contents.Count ? message : new(message.Role, parts) { AuthorName = message.AuthorName };
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
