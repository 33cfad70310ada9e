using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Resources;

namespace Turnpike.Opening;

/// <summary>The resources that a turn starts with: the conversation's, those its prompt brings when it is new there, and those of the request.</summary>
public static class TurnResources
{
    /// <summary>All of them, in that order. A later one takes the place of an earlier one with the same id; what the prompt brings, of none.</summary>
    internal static IReadOnlyList<ResourceInput> Of(TurnRequest request, Conversation conversation, ResolvedPrompt? prompt, IReadOnlyList<Turn> history, bool hasEarlier)
    {
        IReadOnlyList<ResourceInput> bound = prompt is { Prompt.Resources.Count: > 0 } ? [.. Brought(request, conversation, prompt, history, hasEarlier)] : [];
        if (conversation.Resources.Count + bound.Count + request.Resources.Count == 0) return [];
        var all = new OrderedDictionary<string, ResourceInput>(StringComparer.Ordinal);
        foreach (var resource in conversation.Resources) all[resource.Id] = resource.ToInput();
        foreach (var resource in bound) all.TryAdd(resource.Id!, resource);
        foreach (var (i, resource) in request.Resources.Index())
        {
            var id = resource.Id ?? ResourceIds.Of(resource, i, request.FromStart ? null : request.Parent ?? conversation.Head);
            all[id] = resource is { Text: null, Data: null, Url: null, File: null, Path: null, Ref: null } && all.TryGetValue(id, out var kept) ? kept : resource with { Id = id };
        }
        return request.Again is not null && prompt is { Prompt.Resources.Count: > 0 } ? [.. AsBrought(prompt.Prompt, request, conversation, all.Values)] : [.. all.Values];
    }

    /// <summary>When the turn that a prompt brought its resources to is made again, the conversation has some of them and the request names the others: they stand as the prompt has them, before those of the request itself.</summary>
    private static IEnumerable<ResourceInput> AsBrought(Prompt prompt, TurnRequest request, Conversation conversation, IEnumerable<ResourceInput> resources)
    {
        var brought = Bound(prompt).Select(resource => resource.Id).ToList();
        if (!request.Resources.Any(resource => brought.Contains(resource.Id))) return resources;
        var kept = conversation.Resources.Select(resource => resource.Id).ToHashSet(StringComparer.Ordinal);
        return resources.OrderBy(resource => brought.IndexOf(resource.Id) is >= 0 and var place ? place : kept.Contains(resource.Id!) ? -1 : brought.Count);
    }

    /// <summary>What the prompt brings to a turn: all of it when it is new in the conversation; then, until a turn of it is sent again, what went with turns that are not. A turn that is made again names itself what it had.</summary>
    private static IEnumerable<ResourceInput> Brought(TurnRequest request, Conversation conversation, ResolvedPrompt prompt, IReadOnlyList<Turn> history, bool hasEarlier)
    {
        var bound = Bound(prompt.Prompt).Where(resource => request.Resources.All(given => given.Id != resource.Id));
        if (conversation.Prompt is null || new ResolvedPrompt(conversation.Prompt).Hash != prompt.Hash) return bound;
        if (request.Again?.Prompt?.Hash == prompt.Hash || !SentTurns.IsNew(history, hasEarlier, conversation, prompt)) return [];
        var lost = history.Where(turn => turn.Prompt?.Hash == prompt.Hash).SelectMany(turn => turn.Messages).SelectMany(message => message.Contents).Select(part => MessageParts.ResourceOf(part)?.Id).ToHashSet(StringComparer.Ordinal);
        return bound.Where(resource => resource.Policy == ResourcePolicy.Once && lost.Contains(resource.Id));
    }

    /// <summary>The resources that a prompt brings, with ids that are the same for the same prompt, so that the same turn is sent as the same bytes.</summary>
    public static IReadOnlyList<ResourceInput> Bound(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return [.. prompt.Resources.Select((resource, i) => resource.Id is null ? resource with { Id = ResourceIds.Of(resource, i, null) } : resource)];
    }
}
