using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Settings;

namespace Turnpike.Messages;

/// <summary>The user's message of a turn: the template's text with what was typed merged into it, rules around that, then the resources. Each part keeps its origin.</summary>
internal static class UserMessage
{
    /// <returns>The message; null when there is nothing to say.</returns>
    public static ChatMessage? Of(string content, string? author, UserTemplate? template, UserTemplate? used, IReadOnlyList<RenderedRule> rules, IReadOnlyList<ReadResource> resources)
    {
        var message = new ChatMessage(ChatRole.User, (string?)null) { AuthorName = author };
        var typed = used is null ? Typed(content) : Merged(used, Typed(content));
        if (typed.Count == 0 && template is null && resources.Count == 0) return null;
        typed = Ruled(typed, rules);
        foreach (var part in template is null ? typed : Merged(template, typed)) message.Contents.Add(part);
        foreach (var resource in resources.Where(resource => resource.Part is TextContent)) message.Contents.Add(resource.Part);
        foreach (var resource in resources.Where(resource => resource.Part is not TextContent)) message.Contents.Add(resource.Part);
        TemplateSections.Settle(message);
        return message.Contents.Count == 0 ? null : message;
    }

    /// <summary>What was typed, as a part; white space alone says nothing.</summary>
    private static IReadOnlyList<AIContent> Typed(string content) => string.IsNullOrWhiteSpace(content) ? [] : [MessageParts.From(MessageParts.Typed, new TextContent(content))];

    /// <summary>The typed text with the rules that stand before and after it, a blank line between.</summary>
    private static IReadOnlyList<AIContent> Ruled(IReadOnlyList<AIContent> typed, IReadOnlyList<RenderedRule> rules)
    {
        var before = string.Join("\n\n", rules.Where(rule => rule.Placement == RulePlacement.Before && rule.Text.Length > 0).Select(rule => rule.Text));
        var after = string.Join("\n\n", rules.Where(rule => rule.Placement == RulePlacement.After && rule.Text.Length > 0).Select(rule => rule.Text));
        if (before.Length + after.Length == 0) return typed;
        if (typed.Count == 0) return [Rule(before.Length == 0 || after.Length == 0 ? before + after : before + "\n\n" + after)];
        return [.. before.Length == 0 ? [] : (AIContent[])[Rule(before + "\n\n")], .. typed, .. after.Length == 0 ? [] : (AIContent[])[Rule("\n\n" + after)]];
    }

    private static TextContent Rule(string text) => MessageParts.From(MessageParts.Rule, new TextContent(text));

    /// <summary>The template's parts with what was typed in its place.</summary>
    internal static IReadOnlyList<AIContent> Merged(UserTemplate template, IReadOnlyList<AIContent> typed)
    {
        if (template.HasInput) return [.. template.Before, .. typed, .. template.After];
        if (typed.Count == 0 || template.Before.Count == 0) return [.. template.Before, .. typed];
        return [.. template.Before, MessageParts.From(MessageParts.Template, new TextContent("\n\n")), .. typed];
    }
}
