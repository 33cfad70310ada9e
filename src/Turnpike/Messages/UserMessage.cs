using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>The user's message of a turn: the template's text with what was typed merged into it, rules around that, then the resources. Each part keeps its origin.</summary>
internal static class UserMessage
{
    private static readonly SourcedText BlankLine = SourcedText.Of("\n\n", SourcedText.Ours);

    /// <returns>The message; null when there is nothing to say.</returns>
    public static ChatMessage? Of(SourcedText content, string? author, UserTemplate? template, UserTemplate? used, IReadOnlyList<RenderedRule> rules, IReadOnlyList<ReadResource> resources)
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
    private static IReadOnlyList<AIContent> Typed(SourcedText content) => string.IsNullOrWhiteSpace(content.Text) ? [] : [MessageParts.From(MessageParts.Typed, content)];

    /// <summary>The typed text with the rules that stand before and after it, a blank line between.</summary>
    private static IReadOnlyList<AIContent> Ruled(IReadOnlyList<AIContent> typed, IReadOnlyList<RenderedRule> rules)
    {
        SourcedText Said(RulePlacement placement) => SourcedText.Joined(rules.Where(rule => rule.Placement == placement).Select(rule => rule.Sourced));
        var (before, after) = (Said(RulePlacement.Before), Said(RulePlacement.After));
        if (before.Length + after.Length == 0) return typed;
        if (typed.Count == 0) return [MessageParts.From(MessageParts.Rule, SourcedText.Joined([before, after]))];
        return
        [
            .. before.Length == 0 ? [] : (AIContent[])[MessageParts.From(MessageParts.Rule, before.Append(BlankLine))],
            .. typed,
            .. after.Length == 0 ? [] : (AIContent[])[MessageParts.From(MessageParts.Rule, new SourcedText().Append(BlankLine).Append(after))],
        ];
    }

    /// <summary>The template's parts with what was typed in its place.</summary>
    internal static IReadOnlyList<AIContent> Merged(UserTemplate template, IReadOnlyList<AIContent> typed)
    {
        if (template.HasInput) return [.. template.Before, .. typed, .. template.After];
        if (typed.Count == 0 || template.Before.Count == 0) return [.. template.Before, .. typed];
        return [.. template.Before, MessageParts.From(MessageParts.Template, BlankLine), .. typed];
    }
}
