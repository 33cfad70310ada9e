using System.Globalization;
using Microsoft.Extensions.AI;

namespace Turnpike.Turns;

/// <summary>Parts of a conversation's messages that somebody took away: they are kept with their turn, and sent to no model again.</summary>
public static class HiddenParts
{
    /// <summary>The name of a part, for <see cref="Conversation.HiddenParts"/>.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="isHistory">Whether the message is one that the caller gave as <see cref="Turn.History"/>.</param>
    /// <param name="message">Which message of the turn, from 0.</param>
    /// <param name="part">Which part of the message, from 0.</param>
    public static string Name(string turn, bool isHistory, int message, int part) => string.Create(CultureInfo.InvariantCulture, $"{turn}/{(isHistory ? "history" : "messages")}/{message}/{part}");

    /// <summary>Turns without the parts that their conversation hides.</summary>
    internal static IReadOnlyList<Turn> Without(IReadOnlyList<Turn> turns, Conversation conversation)
    {
        if (conversation.HiddenParts.Count == 0) return turns;
        var hidden = conversation.HiddenParts.ToHashSet(StringComparer.Ordinal);
        return [.. turns.Select(turn => conversation.HiddenParts.Any(name => name.StartsWith(turn.Id + "/", StringComparison.Ordinal)) ? Without(turn, hidden) : turn)];
    }

    private static Turn Without(Turn turn, HashSet<string> hidden) => turn with
    {
        History = turn.History is { } given ? Without(turn.Id, true, given, hidden) : null,
        Messages = Without(turn.Id, false, turn.Messages, hidden),
    };

    private static List<ChatMessage> Without(string turn, bool isHistory, IReadOnlyList<ChatMessage> messages, HashSet<string> hidden)
    {
        var left = new List<ChatMessage>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            var (message, number) = (messages[i], i);
            var parts = message.Contents.Where((_, part) => !hidden.Contains(Name(turn, isHistory, number, part))).ToArray();
            if (parts.Length == message.Contents.Count) left.Add(message);
            else if (parts.Length > 0) left.Add(new(message.Role, parts) { AuthorName = message.AuthorName });
        }
        return left;
    }
}
