using Microsoft.Extensions.AI;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Resources;

namespace Turnpike.Opening;

/// <summary>The resources that a turn starts with: the conversation's, those its prompt brings when it is new there, and those of the request.</summary>
public static class TurnResources
{
    /// <summary>
    /// All of them, in that order. A later one takes the place of an earlier one with the same id, or of one that stays and has the same content; what the prompt brings, of none. When a turn is made again, what it
    /// names stands in the order in which it names it, and what waits for the next turn waits on.
    /// </summary>
    internal static IReadOnlyList<ResourceInput> Of(TurnRequest request, Conversation conversation, ResolvedPrompt? prompt, IReadOnlyList<Turn> history, bool hasEarlier)
    {
        IReadOnlyList<ResourceInput> bound = prompt is { Prompt.Resources.Count: > 0 } ? [.. Brought(request, conversation, prompt, history, hasEarlier)] : [];
        if (conversation.Resources.Count + bound.Count + request.Resources.Count == 0) return [];
        var again = request.Again is { } old && WasSent(old);
        var all = new OrderedDictionary<string, ResourceInput>(StringComparer.Ordinal);
        foreach (var resource in conversation.Resources) if (!again || resource.Policy != ResourcePolicy.Once || request.Resources.Any(named => named.Id == resource.Id)) all[resource.Id] = resource.ToInput();
        foreach (var resource in bound) all.TryAdd(resource.Id!, resource);
        foreach (var (i, resource) in request.Resources.Index())
        {
            var named = resource.Id is null ? Named(resource, i, request, conversation, all.Values) : resource;
            if (named.IsReference) named = all.TryGetValue(named.Id!, out var kept) ? kept : named;
            if (again && named.IsReference && named.Policy != ResourcePolicy.Once && !all.ContainsKey(named.Id!)) continue; // it stayed, and was dropped since
            if (again || resource.Id is null) all.Remove(named.Id!);
            all[named.Id!] = named;
        }
        return [.. all.Values];
    }

    /// <summary>An attachment without an id: what stays already, if it is that, as it is wanted now; else with an id.</summary>
    private static ResourceInput Named(ResourceInput resource, int index, TurnRequest request, Conversation conversation, IEnumerable<ResourceInput> attached)
    {
        var stays = resource.Policy == ResourcePolicy.Once ? null : SameResource.Among(attached, resource) ?? SameResource.ByContent(conversation.Resources, resource)?.ToInput();
        return stays is null ? resource with { Id = ResourceIds.Of(resource, index, request.FromStart ? null : request.Parent ?? conversation.Head) }
            : stays with { Title = resource.Title ?? stays.Title, Policy = resource.Policy, Format = resource.Format ?? stays.Format, Detail = resource.Detail ?? stays.Detail };
    }

    /// <summary>Whether a turn that is made again had its resources the first time; one that never left the queue had none, and one of ours left them to the next.</summary>
    private static bool WasSent(Turn turn) => turn.Attempts.Count > 0 || turn.Messages.Any(message => message.Role == ChatRole.User);

    /// <summary>What the prompt brings to a turn: all of it when it is new in the conversation; then, until a turn of it is sent again, what went with turns that are not.</summary>
    private static IEnumerable<ResourceInput> Brought(TurnRequest request, Conversation conversation, ResolvedPrompt prompt, IReadOnlyList<Turn> history, bool hasEarlier)
    {
        var bound = Bound(prompt.Prompt).Where(resource => request.Resources.All(given => given.Id != resource.Id || given is { IsReference: true, Policy: not ResourcePolicy.Once })); // by its id one that stays is only told its place
        if (conversation.Prompt is null || new ResolvedPrompt(conversation.Prompt).Hash != prompt.Hash) return bound;
        if (!SentTurns.IsNew(history, hasEarlier, conversation, prompt)) return [];
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
