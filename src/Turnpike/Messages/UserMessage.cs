using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Messages;

/// <summary>The user's message of a turn: the template's text with what was typed merged into it, then the resources. Each part keeps its origin.</summary>
internal static class UserMessage
{
    /// <returns>The message; null when there is nothing to say.</returns>
    public static ChatMessage? Of(TurnDraft draft, UserTemplate? template, UserTemplate? used, ModelInfo? model)
    {
        var message = new ChatMessage(ChatRole.User, (string?)null);
        var typed = used is null ? Typed(draft.Content) : Merged(used, Typed(draft.Content));
        foreach (var part in template is null ? typed : Merged(template, typed)) message.Contents.Add(part);
        foreach (var part in ResourceParts.Of(draft.State.Resources, model)) message.Contents.Add(part);
        return message.Contents.Count == 0 ? null : message;
    }

    private static IReadOnlyList<AIContent> Typed(string content) => content.Length == 0 ? [] : [MessageParts.From(MessageParts.Typed, new TextContent(content))];

    private static IReadOnlyList<AIContent> Merged(UserTemplate template, IReadOnlyList<AIContent> typed)
    {
        if (template.HasInput) return [.. template.Before, .. typed, .. template.After];
        if (typed.Count == 0 || template.Before.Count == 0) return [.. template.Before, .. typed];
        return [.. template.Before, MessageParts.From(MessageParts.Template, new TextContent("\n\n")), .. typed];
    }
}
