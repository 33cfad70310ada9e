using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>What the template said when its prompt began, for when the turn that brought it is not sent any more: it stays, whatever leaves.</summary>
/// <param name="Examples">Messages of its own, as they were.</param>
/// <param name="Parts">What was merged into the user's message; it goes before the first user message that is sent.</param>
internal sealed record KeptTemplate(IReadOnlyList<ChatMessage> Examples, IReadOnlyList<AIContent> Parts)
{
    /// <summary>The template said nothing, or the turn that brought it is sent.</summary>
    public static readonly KeptTemplate None = new([], []);

    /// <summary>What a turn brought of its template.</summary>
    public static KeptTemplate Of(Turn turn)
    {
        var asked = SentTurns.Asked(turn);
        var parts = asked is null ? [] : asked.Contents.Where(IsTemplate).ToArray();
        return new([.. turn.Messages.TakeWhile(message => !ReferenceEquals(message, asked) && message.Contents.Count > 0 && message.Contents.All(IsTemplate))],
            parts.All(part => part is TextContent { Text: var text } && string.IsNullOrWhiteSpace(text)) ? [] : parts);
    }

    /// <summary>Whether it says nothing.</summary>
    public bool IsEmpty => Examples.Count == 0 && Parts.Count == 0;

    /// <summary>Estimated tokens of all of it.</summary>
    public long Tokens => Examples.Sum(message => 4 + message.Contents.Sum(HistoryWindow.Tokens)) + Parts.Sum(HistoryWindow.Tokens);

    /// <summary>A user message with the parts before it, a blank line between.</summary>
    /// <param name="message">The message.</param>
    /// <param name="source">Where its texts came from; null: they know.</param>
    public ChatMessage Before(ChatMessage message, string? source)
    {
        var whole = new ChatMessage(message.Role, [.. Parts]) { AuthorName = message.AuthorName };
        if (Parts[^1] is TextContent { Text: var text } && !text.EndsWith('\n')) whole.Contents.Add(MessageParts.From(MessageParts.Template, SourcedText.Of("\n\n", SourcedText.Ours)));
        foreach (var part in message.Contents) whole.Contents.Add(source is not null && part is TextContent said && MessageParts.OriginOf(part) is { } origin and not MessageParts.Resource ? MessageParts.From(origin, SourcedText.Of(said.Text, source)) : part);
        return whole;
    }

    private static bool IsTemplate(AIContent part) => MessageParts.OriginOf(part) == MessageParts.Template;
}
