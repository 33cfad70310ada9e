using System.Globalization;
using Microsoft.Extensions.AI;
using Turnpike.Turns.Drafts;

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

    /// <summary>The id of the turn that a part's name begins with.</summary>
    /// <param name="name">The name.</param>
    public static string TurnOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name[..name.IndexOf('/', StringComparison.Ordinal)];
    }

    /// <summary>Turns without the parts that their conversation hides, in their messages and in the texts that are made of them.</summary>
    public static IReadOnlyList<Turn> Without(IReadOnlyList<Turn> turns, Conversation conversation)
    {
        ArgumentNullException.ThrowIfNull(turns);
        ArgumentNullException.ThrowIfNull(conversation);
        if (conversation.HiddenParts.Count == 0) return turns;
        var hidden = conversation.HiddenParts.ToHashSet(StringComparer.Ordinal);
        return [.. turns.Select(turn => conversation.HiddenParts.Any(name => name.StartsWith(turn.Id + "/", StringComparison.Ordinal)) ? Without(turn, hidden) : turn)];
    }

    private static Turn Without(Turn turn, HashSet<string> hidden)
    {
        var left = Without(turn.Id, false, turn.Messages, hidden);
        var (isAsked, isAnswered) = (Parts(turn.Messages, ChatRole.User) == Parts(left, ChatRole.User), Parts(turn.Messages, ChatRole.Assistant) == Parts(left, ChatRole.Assistant));
        return turn with
        {
            History = turn.History is { } given ? Without(turn.Id, true, given, hidden) : null,
            Messages = left,
            Content = isAsked ? turn.Content : Asked(left),
            CleanedContent = isAsked ? turn.CleanedContent : Asked(left),
            Answer = isAnswered ? turn.Answer : string.Join("\n\n", left.Where(IsOfModel).Select(message => message.Text).Where(text => text.Length > 0)),
            Output = isAnswered ? turn.Output : null,
            HidesAnswer = turn.Messages.Any(SentTurns.IsAnswer) && !left.Exists(SentTurns.IsAnswer),
        };
    }

    private static int Parts(IReadOnlyList<ChatMessage> messages, ChatRole role) => messages.Where(message => message.Role == role).Sum(message => message.Contents.Count);

    /// <summary>What is left of what was typed.</summary>
    private static string Asked(List<ChatMessage> left) => string.Concat(left.SelectMany(message => message.Contents).OfType<TextContent>().Where(part => MessageParts.OriginOf(part) == MessageParts.Typed).Select(part => part.Text));

    /// <summary>A message of the model, not an example of the template.</summary>
    private static bool IsOfModel(ChatMessage message) => message.Role == ChatRole.Assistant && !message.Contents.Any(part => MessageParts.OriginOf(part) is not null);

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
