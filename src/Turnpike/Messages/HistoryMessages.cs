using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Messages;

/// <summary>
/// The messages of earlier turns exactly as they happened: parts in order, each call with its result. A failed turn is left out with its user message, so that
/// two user messages never follow each other by accident; cancelled and interrupted ones stay with what they had said.
/// </summary>
internal static class HistoryMessages
{
    /// <summary>The turns whose messages are sent again.</summary>
    public static List<Turn> Sent(IReadOnlyList<Turn> path)
    {
        var sent = new List<Turn>(path.Count);
        foreach (var turn in path)
        {
            if (turn.History is not null) sent.Clear(); // its caller gave what was before it
            if (turn.Given ? turn.Messages.Count > 0 : turn.Status != TurnStatus.Failed && turn.Messages.Any(IsAnswer) && !IsOurs(turn)) sent.Add(turn);
        }
        return sent;
    }

    /// <summary>A turn's messages as they are sent again; calls without a result get an error result.</summary>
    public static IEnumerable<ChatMessage> Of(Turn turn) => turn.History is { } given ? Of(given).Concat(Of(turn.Messages)) : Of(turn.Messages);

    /// <summary>Messages as they are sent; calls without a result get an error result.</summary>
    public static IEnumerable<ChatMessage> Of(IReadOnlyList<ChatMessage> messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            yield return MessageParts.AsSent(message);
            if (message.Role != ChatRole.Assistant) continue;
            var answered = i + 1 < messages.Count && messages[i + 1].Role == ChatRole.Tool ? messages[i + 1] : null;
            var orphans = message.Contents.OfType<FunctionCallContent>().Where(call => answered?.Contents.OfType<FunctionResultContent>().Any(result => result.CallId == call.CallId) != true).ToArray();
            if (orphans.Length == 0) continue;
            var healed = orphans.Select(call => (AIContent)ToolValues.Error(call.CallId, "No result: the turn ended before the tool answered."));
            yield return new(ChatRole.Tool, [.. answered?.Contents ?? [], .. healed]);
            if (answered is not null) i++;
        }
    }

    /// <summary>A message of the model, not an example of the template.</summary>
    private static bool IsAnswer(ChatMessage message) => message.Role == ChatRole.Assistant && message.Contents.Any(part => MessageParts.OriginOf(part) is null);

    /// <summary>A turn that nobody asked a model in and nobody said anything in, such as <c>@.help;</c>.</summary>
    private static bool IsOurs(Turn turn) => turn.Attempts.Count == 0 && !turn.Messages.Any(message => message.Role == ChatRole.User);
}
