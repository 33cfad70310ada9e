using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Resources;

namespace Turnpike.Opening;

/// <summary>
/// Finds the exact prompt that a request means. Which version a name stands for is asked each time, so that a save or a moved label counts at once on every node;
/// what a version says never changes and is remembered, and read once however many ask at the same time.
/// </summary>
public sealed class PromptResolver(IPromptStore store, PartialLoader partials)
{
    private const int MostRemembered = 1000;
    private readonly ConcurrentDictionary<PromptPlace, Lazy<Task<ResolvedPrompt?>>> _versions = new();

    /// <summary>How many versions are remembered.</summary>
    public int Remembered => _versions.Count;

    /// <summary>Forgets what is remembered. Conversations keep the prompts that they are pinned to.</summary>
    public void Clear() => _versions.Clear();

    /// <summary>The prompt of a reference: stored, stored with an overlay, or the object itself.</summary>
    /// <exception cref="TurnException"><c>prompt_not_found</c>, with the nearest key; <c>request_invalid</c> when an overlay makes no prompt; <c>variable_invalid</c> when an unsaved variable is locked to what is no layer; <c>forbidden</c> when an unsaved resource is a file of the workspace and the key lacks the scope <c>files</c>.</exception>
    public async ValueTask<ResolvedPrompt> ResolveAsync(PromptReference reference, CancellationToken cancellationToken)
    {
        if (reference.Inline is { } inline)
        {
            PromptRules.RefuseNulls(inline);
            PromptForm.CheckGiven(inline, null, await SavedAsync(inline, cancellationToken), "prompt");
            OwnMembers.Check(inline.Parameters, "prompt.parameters");
            PromptRules.CheckLocks(inline, "prompt.variables");
            return new(await partials.PinAsync(inline with { Version = null, Id = null, Hash = null }, isAnew: false, cancellationToken));
        }
        var id = reference.Id ?? throw new TurnException(TurnErrorCode.RequestInvalid, "The prompt has neither a name nor messages.") { Field = "prompt" };
        var stored = await StoredAsync(id, reference.Version, cancellationToken);
        return reference.Overlay is { } overlay ? await OverlaidAsync(stored, overlay, cancellationToken) : stored;
    }

    /// <summary>The newest version with the key of an object that was never saved, where that one names files of the workspace and whoever asks may only name those that it has; else null.</summary>
    private async ValueTask<Prompt?> SavedAsync(Prompt inline, CancellationToken cancellationToken) =>
        inline.Key.Length > 0 && ResourceRules.NamesFiles(inline.Resources) ? await store.FindAsync(inline.Key, "latest", cancellationToken) : null;

    /// <summary>The prompt that a turn ran, as it was; null when it is not kept as such.</summary>
    internal async ValueTask<ResolvedPrompt?> FindAsync(TurnPrompt used, CancellationToken cancellationToken) =>
        used is { Key: { } key, Version: { } version } && await AtAsync(new(key, "", version, used.Hash), cancellationToken) is { } prompt && prompt.Hash == used.Hash ? prompt : null;

    /// <summary>Whether a prompt that somebody pinned says what is kept under its key and number, archived or not.</summary>
    internal async ValueTask<bool> IsKeptAsync(Prompt pinned, CancellationToken cancellationToken)
    {
        var hash = PromptHash.Of(pinned); // the one that it carries is its own claim
        if (pinned is not { Key.Length: > 0, Version: { } number }) return false;
        var kept = await store.LocateAsync(pinned.Key, number.ToString(CultureInfo.InvariantCulture), cancellationToken)
            ?? ((await store.VersionsAsync(pinned.Key, cancellationToken)).FirstOrDefault(version => version.Version == number) is { } archived ? new PromptPlace(pinned.Key, pinned.Id ?? "", number, archived.Hash) : null);
        return kept?.Key == pinned.Key && (kept.Hash == hash || (await AtAsync(kept, cancellationToken)) is { } now && PromptHash.Of(now.Prompt) == hash);
    }

    /// <summary>Whether our own numbers of versions count under a name.</summary>
    internal async ValueTask<bool> CountsOursAsync(string id, CancellationToken cancellationToken) => await ForeignVersions.OfAsync(store, id, cancellationToken) is null;

    private async ValueTask<ResolvedPrompt> StoredAsync(string id, string? version, CancellationToken cancellationToken)
    {
        var place = await store.LocateAsync(id, await ForeignVersions.OursAsync(store, id, version, cancellationToken), cancellationToken) ?? throw await NotFoundAsync(id, version, cancellationToken);
        return await AtAsync(place, cancellationToken) ?? throw await NotFoundAsync(id, version, cancellationToken);
    }

    private async ValueTask<ResolvedPrompt?> AtAsync(PromptPlace place, CancellationToken cancellationToken)
    {
        if (_versions.Count >= MostRemembered && !_versions.ContainsKey(place)) _versions.Clear();
        var reading = _versions.GetOrAdd(place, static (place, reader) => new(() => reader.ReadAsync(place)), this);
        try
        {
            if (await reading.Value.WaitAsync(cancellationToken) is { } prompt) return prompt;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _versions.TryRemove(new(place, reading));
            throw;
        }
        _versions.TryRemove(new(place, reading));
        return null;
    }

    /// <summary>Reads a version for all who wait for it: none of them can call it off.</summary>
    private async Task<ResolvedPrompt?> ReadAsync(PromptPlace place)
    {
        if (await store.FindAsync(place.Key, place.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), CancellationToken.None) is not { } prompt) return null;
        var pinned = await partials.PinAsync(prompt, isAnew: false, CancellationToken.None);
        return new(PromptHash.Of(pinned) == place.Hash ? prompt : pinned with { Hash = null });
    }

    private async ValueTask<TurnException> NotFoundAsync(string id, string? version, CancellationToken cancellationToken)
    {
        if (version is not null && await store.LocateAsync(id, "latest", cancellationToken) is { } newest && KeyScope.AllowsPrompt(newest.Key))
        {
            var hint = await ForeignVersions.OfAsync(store, id, cancellationToken) is { } numbers
                ? $"Under this name its versions are {string.Join(", ", numbers.Numbers)}, as they were numbered where it came from{(newest.Key == id ? "" : $"; our own numbers count under its key \"{newest.Key}\"")}."
                : $"Its newest version is {newest.Version}.";
            return new(TurnErrorCode.PromptNotFound, $"Prompt \"{id}\" has no version or label \"{version}\". {hint}") { Field = "prompt" };
        }
        var nearest = Nearest.Hint(id, (await store.KeysAsync(cancellationToken)).Where(KeyScope.AllowsPrompt)); // a key hears only of what it may run
        return new(TurnErrorCode.PromptNotFound, $"There is no prompt \"{id}\".{nearest}") { Field = "prompt" };
    }

    private async ValueTask<ResolvedPrompt> OverlaidAsync(ResolvedPrompt stored, JsonElement overlay, CancellationToken cancellationToken)
    {
        if (overlay.ValueKind == JsonValueKind.Object && !overlay.EnumerateObject().Any()) return stored;
        try
        {
            var json = JsonSerializer.SerializeToNode(stored.Prompt with { Hash = null }, TurnpikeJson.Relaxed.Prompt);
            var merged = MergePatch.Apply(json, JsonNode.Parse(overlay.GetRawText())).Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.Prompt))!;
            PromptRules.RefuseNulls(merged);
            PromptForm.CheckGiven(merged, stored.Prompt, stored.Prompt, "prompt.overlay");
            OwnMembers.Check(merged.Parameters, "prompt.overlay.parameters", stored.Prompt.Parameters);
            PromptRules.CheckLocks(merged, "prompt.overlay.variables");
            return new(await partials.PinAsync(merged with { Key = stored.Prompt.Key, Id = stored.Prompt.Id, Version = stored.Prompt.Version, Hash = null }, isAnew: false, cancellationToken));
        }
        catch (JsonException error)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The overlay makes no prompt of \"{stored.Name}\": {JsonWords.Of(error, TurnpikeJson.Relaxed.Options, JsonWords.Field(error), whole: "it")}", error) { Field = "prompt.overlay" };
        }
    }
}
