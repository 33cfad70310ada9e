using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Opening;

/// <summary>Finds the exact prompt that a request means. Versions never change, so they are remembered; labels are asked for each time.</summary>
public sealed class PromptResolver(IPromptStore store)
{
    private const int MostRemembered = 1000;
    private readonly ConcurrentDictionary<(string Organization, string Key, int Version), ResolvedPrompt> _versions = new();

    /// <summary>Forgets what is remembered.</summary>
    public void Clear() => _versions.Clear();

    /// <summary>The prompt of a reference: stored, stored with an overlay, or the object itself.</summary>
    /// <exception cref="TurnException"><c>prompt_not_found</c>, with the nearest key; <c>request_invalid</c> when an overlay makes no prompt.</exception>
    public async ValueTask<ResolvedPrompt> ResolveAsync(PromptReference reference, CancellationToken cancellationToken)
    {
        if (reference.Inline is { } inline)
        {
            PromptRules.RefuseNulls(inline);
            return new(inline with { Version = null, Id = null, Hash = null });
        }
        var id = reference.Id ?? throw new TurnException(TurnErrorCode.RequestInvalid, "The prompt has neither a name nor messages.") { Field = "prompt" };
        var stored = await StoredAsync(id, reference.Version, cancellationToken);
        return reference.Overlay is { } overlay ? Overlaid(stored, overlay) : stored;
    }

    private async ValueTask<ResolvedPrompt> StoredAsync(string id, string? version, CancellationToken cancellationToken)
    {
        if (int.TryParse(version, out var number) && _versions.TryGetValue((OrganizationScope.Current, id, number), out var known)) return known;
        var prompt = await store.FindAsync(id, version, cancellationToken) ?? throw await NotFoundAsync(id, version, cancellationToken);
        if (_versions.Count >= MostRemembered) _versions.Clear();
        return _versions.GetOrAdd((OrganizationScope.Current, prompt.Key, prompt.Version ?? 0), _ => new(prompt));
    }

    private async ValueTask<TurnException> NotFoundAsync(string id, string? version, CancellationToken cancellationToken)
    {
        if (version is not null && await store.FindAsync(id, null, cancellationToken) is { } other)
            return new(TurnErrorCode.PromptNotFound, $"Prompt \"{id}\" has no version or label \"{version}\". Its newest known version is {other.Version}.") { Field = "prompt" };
        var keys = await store.KeysAsync(cancellationToken);
        var hint = Nearest.Hint(id, keys);
        return new(TurnErrorCode.PromptNotFound, $"There is no prompt \"{id}\".{hint}") { Field = "prompt" };
    }

    private static ResolvedPrompt Overlaid(ResolvedPrompt stored, JsonElement overlay)
    {
        if (overlay.ValueKind == JsonValueKind.Object && !overlay.EnumerateObject().Any()) return stored;
        try
        {
            var json = JsonSerializer.SerializeToNode(stored.Prompt with { Hash = null }, TurnpikeJson.Relaxed.Prompt);
            var merged = MergePatch.Apply(json, JsonNode.Parse(overlay.GetRawText())).Deserialize(TurnpikeJson.Relaxed.Prompt)!;
            PromptRules.RefuseNulls(merged);
            return new(merged with { Key = stored.Prompt.Key, Id = stored.Prompt.Id, Version = stored.Prompt.Version, Hash = null });
        }
        catch (JsonException error)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The overlay makes no prompt of \"{stored.Name}\": {error.Message}", error) { Field = "prompt.overlay" };
        }
    }
}
