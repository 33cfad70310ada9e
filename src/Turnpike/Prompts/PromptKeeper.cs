using System.Text.Json;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Variables;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Resources;

namespace Turnpike.Prompts;

/// <summary>Keeps prompts as people keep them: what is saved is sound, its partials are pinned, and what was put away stays apart.</summary>
public sealed class PromptKeeper(IPromptStore store, IPromptDrafts drafts, IPromptUses uses, PartialLoader partials, VariableResolver variables)
{
    /// <summary>Saves a new version of a prompt that was checked first.</summary>
    /// <param name="prompt">The prompt, with its key.</param>
    /// <param name="expectedVersion">The newest version that the writer saw; see <see cref="IPromptStore.SaveAsync"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>request_invalid, template_invalid, template_limit, variable_invalid, variable_undefined, version_conflict</c>; <c>forbidden</c>: a resource is a file of the workspace, and the key lacks the scope <c>files</c>.</exception>
    public Task<Prompt> SaveAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken) => SaveAsync(prompt, [], isAnew: true, expectedVersion, cancellationToken);

    /// <summary>Saves what was kept or ran before, with its partials as they were then; only those that it does not bring are looked for.</summary>
    /// <inheritdoc cref="SaveAsync(Prompt, int?, CancellationToken)"/>
    public Task<Prompt> SaveAsItWasAsync(Prompt prompt, int? expectedVersion, CancellationToken cancellationToken) => SaveAsync(prompt, [], isAnew: false, expectedVersion, cancellationToken);

    /// <summary>Saves a new version whose resources somebody kept already, elsewhere.</summary>
    private async Task<Prompt> SaveAsync(Prompt prompt, IReadOnlyList<ResourceInput> kept, bool isAnew, int? expectedVersion, CancellationToken cancellationToken) =>
        await store.SaveAsync(await SoundAsync(prompt, null, kept, isAnew, cancellationToken), expectedVersion, cancellationToken);

    /// <summary>The prompt as it would be kept: checked, with its partials.</summary>
    /// <exception cref="TurnException"><c>request_invalid, template_invalid, template_limit, variable_invalid, variable_undefined, forbidden</c>.</exception>
    public Task<Prompt> SoundAsync(Prompt prompt, CancellationToken cancellationToken) => SoundAsync(prompt, null, cancellationToken);

    /// <summary>The prompt as it would be kept if others, by their keys, were kept before it.</summary>
    internal Task<Prompt> SoundAsync(Prompt prompt, IReadOnlyDictionary<string, Prompt>? before, CancellationToken cancellationToken) => SoundAsync(prompt, before, [], isAnew: true, cancellationToken);

    private async Task<Prompt> SoundAsync(Prompt prompt, IReadOnlyDictionary<string, Prompt>? before, IReadOnlyList<ResourceInput> kept, bool isAnew, CancellationToken cancellationToken)
    {
        PromptRules.CheckForm(prompt);
        FrontMatter.NoEnvironment(PromptFileWriter.FrontMatter(prompt.File is null ? prompt : prompt with { Resources = [] }), ""); // texts of resources may stand beside a file
        await CheckKeyAsync(prompt.Key, prompt, cancellationToken);
        await CheckIdAsync("id", prompt.Id, PromptRules.LongestId, cancellationToken);
        await CheckIdAsync("importedFrom", prompt.ImportedFrom, PromptRules.LongestOrigin, cancellationToken);
        var newest = await store.FindAsync(prompt.Key, "latest", cancellationToken) is { Id: not null } here ? here : null;
        ResourceRules.CheckPaths(prompt.Resources, newest is null ? kept : [.. newest.Resources, .. kept]);
        var pinned = await partials.PinAsync(WithFile(WithFormat(prompt, newest), newest), isAnew, cancellationToken, before);
        PromptRules.Check(pinned, variables.ComputedNames);
        CompiledPrompt.RequirePartials(pinned);
        return PromptRules.IsPartial(prompt.Key) ? pinned with { Partials = null } : pinned;
    }

    /// <summary>The name that finds a prompt is no other's key.</summary>
    private async Task CheckKeyAsync(string key, Prompt prompt, CancellationToken cancellationToken)
    {
        if (await store.LocateAsync(key, "latest", cancellationToken) is not { } here) PromptRules.CheckNewKey(key, prompt.ImportedFrom is not null);
        else if (here.Key != key) throw Turns.Stores.StoreErrors.IsId(key);
    }

    /// <summary>An id that finds no prompt yet is short enough for every database to look it up.</summary>
    private async Task CheckIdAsync(string field, string? id, int longest, CancellationToken cancellationToken)
    {
        if (id?.Length > longest && await store.LocateAsync(id, "latest", cancellationToken) is null) throw new TurnException(TurnErrorCode.RequestInvalid, $"\"{field}\" of the prompt has {id.Length} characters; it may have 1 to {longest}. Leave it out, or give a shorter one.") { Field = field };
    }

    /// <summary>A schema asks for JSON whether a format says so or none is said: what the newest version says stays, so that a file, which is read as saying it, changes nothing.</summary>
    private static Prompt WithFormat(Prompt prompt, Prompt? newest) =>
        prompt.Output is { Schema.ValueKind: not JsonValueKind.Null, Format: null or "json" } output && newest?.Output is { Schema.ValueKind: not JsonValueKind.Null, Format: null or "json" } before ? prompt with { Output = output with { Format = before.Format } } : prompt;

    /// <summary>
    /// The prompt with the file that says it: over the file of the newest version when it comes without one, so that comments and unknown keys outlive an edit.
    /// A file that is as we would write it anyway need not be kept.
    /// </summary>
    private static Prompt WithFile(Prompt prompt, Prompt? newest)
    {
        if ((prompt.File ?? newest?.File) is not { } file) return prompt;
        var written = PromptFile.Write(prompt with { File = file });
        return prompt with { File = written == PromptFile.Write(prompt with { File = null }) ? null : written };
    }

    /// <summary>Saves exactly what a turn ran as a new version: an object that was never saved, or a stored one as its request changed it.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="key">The key to save it under; null: the one it had.</param>
    /// <param name="author">Who saves it.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>turn_not_found</c> when there is none, or it had no prompt; and all that saving throws.</exception>
    public async Task<Prompt> SaveTurnAsync(string turn, string? key, string? author, string? note, CancellationToken cancellationToken) =>
        await SaveAsItWasAsync(await OfTurnAsync(turn, key, author, note, cancellationToken), null, cancellationToken);

    /// <summary>What a turn ran, as a prompt that may be saved.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="key">The key it gets; null: the one it had.</param>
    /// <param name="author">Who saves it.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>turn_not_found</c> when there is none, or it had no prompt.</exception>
    public async Task<Prompt> OfTurnAsync(string turn, string? key, string? author, string? note, CancellationToken cancellationToken)
    {
        var ran = await uses.PromptOfAsync(turn, cancellationToken) ?? throw new TurnException(TurnErrorCode.TurnNotFound, $"There is no turn \"{turn}\" that ran a prompt.") { Field = "turn" };
        return ran with { Key = key ?? ran.Key, Id = null, Version = null, Author = author, Note = note };
    }

    /// <summary>Saves a copy of a version under a new key.</summary>
    /// <exception cref="TurnException"><c>prompt_not_found; version_conflict</c> when there is a prompt with the new key.</exception>
    public async Task<Prompt> DuplicateAsync(string id, string? version, string key, string? author, CancellationToken cancellationToken)
    {
        var prompt = await store.FindAsync(id, version, cancellationToken) ?? throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no prompt \"{id}\"{(version is null ? "" : $" with the version or label \"{version}\"")}.") { Field = "key" };
        return await SaveAsync(prompt with { Key = key, Id = null, Version = null, ImportedFrom = null, Author = author, Note = $"A copy of {prompt.Key}@{prompt.Version}" }, prompt.Resources, isAnew: false, 0, cancellationToken);
    }

    /// <summary>Makes the draft for a key its next version and throws the draft away; one that was saved meanwhile stays.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expectedRevision">The draft's revision that the publisher saw; null: it does not matter.</param>
    /// <param name="author">Who publishes it.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>prompt_not_found</c> without a draft; <c>version_conflict</c> when the draft or the prompt went on meanwhile; and all that saving throws.</exception>
    public async Task<Prompt> PublishAsync(string key, int? expectedRevision, string? author, string? note, CancellationToken cancellationToken)
    {
        var draft = await drafts.FindAsync(key, cancellationToken) ?? throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no draft of \"{key}\".") { Field = "key" };
        if (expectedRevision is { } expected && expected != draft.Revision) throw Turns.Stores.StoreErrors.Revision(key, expected, draft.Revision);
        var saved = await SaveAsync(draft.Prompt with { Key = key, Author = author ?? draft.Author, Note = note ?? draft.Prompt.Note }, draft.Prompt.Resources, isAnew: true, draft.BasedOn, cancellationToken);
        await drafts.PublishedAsync(key, draft.Revision, saved.Version!.Value, CancellationToken.None); // the version is there, whoever waits for it
        return saved;
    }

    /// <summary>Saves the draft for a key. The first one remembers the newest version, so that publishing it cannot lose a save in between.</summary>
    /// <exception cref="TurnException"><c>version_conflict</c>; <c>request_invalid</c> for a key that cannot be one, and for what cannot even be a draft; <c>forbidden</c> as for saving it.</exception>
    public async Task<PromptDraft> SaveDraftAsync(string key, Prompt prompt, int? expectedRevision, string? author, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        PromptRules.RefuseNulls(prompt);
        PromptForm.CheckLengths(prompt with { Author = author });
        await CheckKeyAsync(key, prompt, cancellationToken);
        await CheckIdAsync("id", prompt.Id, PromptRules.LongestId, cancellationToken);
        await CheckIdAsync("importedFrom", prompt.ImportedFrom, PromptRules.LongestOrigin, cancellationToken);
        if (ResourceRules.NamesFiles(prompt.Resources)) ResourceRules.CheckPaths(prompt.Resources, [.. (await store.FindAsync(key, "latest", cancellationToken))?.Resources ?? [], .. (await drafts.FindAsync(key, cancellationToken))?.Prompt.Resources ?? []]);
        var newest = await store.LocateAsync(key, "latest", cancellationToken) is { Id: not null } place ? place.Version : 0;
        return await drafts.SaveAsync(new() { Key = key, BasedOn = newest, Prompt = prompt with { Key = key }, Author = author }, expectedRevision, cancellationToken);
    }

    /// <summary>Reads a prompt from JSON: one made by a newer program is refused by the name of the first member that is not known here.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>.</exception>
    public static Prompt Read(JsonElement json)
    {
        try
        {
            return json.Deserialize(StrictJson.Given(TurnpikeJson.Relaxed.Prompt)) ?? throw new TurnException(TurnErrorCode.RequestInvalid, "A prompt must be an object, not null.");
        }
        catch (JsonException error)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"This is no prompt: {JsonWords.Of(error, TurnpikeJson.Relaxed.Options, JsonWords.Field(error), whole: "it")}", error) { Field = JsonWords.Field(error) };
        }
    }
}
