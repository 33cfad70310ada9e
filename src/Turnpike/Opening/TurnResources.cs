using System.Security.Cryptography;
using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Opening;

/// <summary>The resources that a turn starts with: the conversation's, those its prompt brings when it is new there, and those of the request.</summary>
public static class TurnResources
{
    /// <summary>All of them, in that order. A later one takes the place of an earlier one with the same id.</summary>
    internal static IReadOnlyList<ResourceInput> Of(TurnRequest request, Conversation conversation, ResolvedPrompt? prompt)
    {
        var isNew = prompt is not null && (conversation.Prompt is null || new ResolvedPrompt(conversation.Prompt).Hash != prompt.Hash);
        IReadOnlyList<ResourceInput> bound = isNew && prompt!.Prompt.Resources.Count > 0 ? Bound(prompt.Prompt) : [];
        if (conversation.Resources.Count + bound.Count + request.Resources.Count == 0) return [];
        var all = new OrderedDictionary<string, ResourceInput>(StringComparer.Ordinal);
        foreach (var resource in conversation.Resources) all[resource.Id] = resource.ToInput();
        foreach (var resource in bound) all[resource.Id!] = resource;
        foreach (var resource in request.Resources)
        {
            var id = resource.Id ?? Ids.New("res");
            all[id] = resource is { Text: null, Data: null, Url: null, File: null, Path: null, Ref: null } && all.TryGetValue(id, out var kept) ? kept : resource with { Id = id };
        }
        return [.. all.Values];
    }

    /// <summary>The resources that a prompt brings, with ids that are the same for the same prompt, so that the same turn is sent as the same bytes.</summary>
    public static IReadOnlyList<ResourceInput> Bound(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return [.. prompt.Resources.Select((resource, i) => resource.Id is null ? resource with { Id = IdOf(resource, i) } : resource)];
    }

    private static string IdOf(ResourceInput resource, int index)
    {
        var hash = SHA256.HashData([(byte)index, .. JsonSerializer.SerializeToUtf8Bytes(resource, TurnpikeJson.Relaxed.ResourceInput)]);
        return "res_" + Convert.ToHexStringLower(hash)[..22];
    }
}
