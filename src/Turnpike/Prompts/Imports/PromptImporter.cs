using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Prompts.Checking;
using Turnpike.Prompts.Files;
using Turnpike.Prompts.Testing;
using Turnpike.Turns;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Prompts.Imports;

/// <summary>
/// Reads prompts of other systems and keeps them. What is found is looked at first, all of it; then all that is sound is saved in one go. Importing the same again
/// makes nothing new.
/// </summary>
public sealed class PromptImporter(IPromptStore store, PromptKeeper keeper, PromptValidator validator, ProjectMaking making, ISettingsStore settings, IPromptTests tests) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);
    private readonly BundledTests _bundled = new(store, tests);
    private readonly SemaphoreSlim _place = new(1); // of two imports of one file at once the second finds what the first has kept

    /// <summary>The formats that are told apart by themselves.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["turnpike", "dotprompt", OpenAiPrompts.Format, LangfusePrompts.Format, LiteChatTemplates.Format, MatrxPrompts.Format, PromptyFile.Format];

    /// <summary>Imports a file.</summary>
    /// <param name="text">What stands in it.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>request_invalid</c> for a file that is of no known format, or of a newer version of one; what is wrong with one of several prompts is told in the report; <c>project_not_found, forbidden, version_conflict</c>: they cannot be made inside the project, and none was; <c>rate_limited</c>: others are being imported, and half a minute was not enough.</exception>
    public async Task<ImportReport> ImportAsync(string text, ImportOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        await making.RequireAsync(options.Project, ProjectRole.Editor, cancellationToken);
        var (format, found) = Read(text, options);
        if (!await _place.WaitAsync(Patience, cancellationToken)) throw new TurnException(TurnErrorCode.RateLimited, "Another file of prompts is being imported, and they are imported one at a time. Send it again a little later.") { RetryAfter = Pause };
        try
        {
            return await ImportAsync(format, found, options, cancellationToken);
        }
        finally
        {
            _place.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _place.Dispose();

    private async Task<ImportReport> ImportAsync(string format, List<FoundPrompt> found, ImportOptions options, CancellationToken cancellationToken)
    {
        if (options.Key is not null && found.Count(one => one.Kind == "prompt") is > 1 and var count) throw new TurnException(TurnErrorCode.RequestInvalid, $"The file holds {count} prompts, so none of them can be \"{options.Key}\". Leave \"key\" out.") { Field = "key" };
        var lines = new ImportItem[found.Count];
        var ready = new List<(int At, Prompt Prompt)>();
        var (keys, sounds) = (new ImportKeys(store, keeper), new Dictionary<string, Prompt>(StringComparer.Ordinal));
        foreach (var (at, one) in InOrder(found))
        {
            if (one.Tests is not null) continue; // when their prompt is here
            if (one.Prompt is not { } prompt)
            {
                lines[at] = Skipped(one, one.Reason ?? "it holds no prompt");
                continue;
            }
            var outcome = await LookAsync(one, prompt with { Key = options.Key ?? prompt.Key, Author = options.Author ?? prompt.Author }, format, options.Key, sounds, keys, cancellationToken);
            lines[at] = outcome.Line;
            if (outcome.Prompt is not { } sound) continue;
            ready.Add((at, sound));
            sounds[sound.Key] = sound;
        }
        if (!options.DryRun) await KeepAsync(ready, found, lines, options, cancellationToken);
        for (var at = 0; at < lines.Length; at++)
        {
            if (found[at].Tests is not { } its) continue;
            var of = Enumerable.Range(0, found.Count).Where(of => found[of].Prompt?.Key == its.Key).ToList();
            lines[at] = await _bundled.KeepAsync(found[at], of.Count == 0 ? its.Key : of.Select(row => lines[row].Id).LastOrDefault(id => id is not null), [.. of.Select(row => found[row].Prompt!)], options.DryRun, cancellationToken);
        }
        if (!options.Labels) await TellOfLabelsAsync(found, lines, cancellationToken);
        return new() { Source = format, DryRun = options.DryRun, Items = lines };
    }

    /// <summary>Partials come before what includes them, other partials too, and the versions of a prompt in their order, however the file has them.</summary>
    private static IEnumerable<(int At, FoundPrompt Found)> InOrder(List<FoundPrompt> found)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < found.Count; i++) if (found[i].Prompt?.ImportedFrom is { } from) first.TryAdd(from, i);
        var partials = PartialLoader.InOrder([.. found.Select(one => one.Prompt).OfType<Prompt>().Where(prompt => PromptRules.IsPartial(prompt.Key))]);
        return found.Select((one, at) => (At: at, Found: one)).OrderBy(one => one.Found.Prompt is { } prompt && partials.TryGetValue(prompt.Key, out var place) ? place : partials.Count)
            .ThenBy(one => one.Found.Prompt?.ImportedFrom is { } from ? first[from] : one.At).ThenBy(one => one.Found.Version);
    }

    private async Task<(ImportItem Line, Prompt? Prompt)> LookAsync(FoundPrompt found, Prompt prompt, string format, string? asked, Dictionary<string, Prompt> sounds, ImportKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            prompt = prompt with { Rules = [.. prompt.Rules, .. await RulesAsync(found, cancellationToken)] };
            prompt = found.WithoutKeys(OfOurs(found, prompt));
            if (format == LangfusePrompts.Format) prompt = await LangfuseReferences.FromStoreAsync(store, found, prompt, cancellationToken);
            var isOurs = format is "turnpike" or "dotprompt";
            if (!isOurs) prompt = await WithModelAsync(found, prompt, cancellationToken);
            prompt = await RunnableAsync(found, prompt, isOurs, cancellationToken);
            prompt = prompt with { Key = await keys.OfAsync(found, prompt, asked, cancellationToken) };
            keys.Take(prompt);
            var sound = await keeper.SoundAsync(prompt, sounds, cancellationToken);
            var highest = await OlderVersions.HighestAsync(store, found, sound.Key, cancellationToken);
            if (await HereAsync(sound, found.Version > highest, cancellationToken) is { } here)
                return (new("prompt", found.Source, ImportOutcome.Skipped, sound.Key, [$"it is here already, as {sound.Key}@{here}", .. found.Changes, .. found.Remarks]) { Version = here, ImportedFrom = sound.ImportedFrom }, sound);
            if (format == PromptyFile.Format && await store.LocateAsync(sound.Key, "latest", cancellationToken) is { Id: not null } before) found.Remarks.Add($"it becomes a new version of {before.Key}, which came from a file with this name. If it is another prompt, import it with a key of its own");
            if (found.Version < highest) found.Remarks.Add($"version {found.Version} is older than {highest}, which is here: what is the newest now stays the newest, for callers that name no version");
            return (new("prompt", found.Source, found.Changes.Count > 0 ? ImportOutcome.Changed : ImportOutcome.Imported, sound.Key, [.. found.Changes, .. found.Remarks]) { ImportedFrom = sound.ImportedFrom }, sound);
        }
        catch (TurnException error) when (error.Code != TurnErrorCode.StorageUnavailable)
        {
            return (Skipped(found, error.Message), null);
        }
    }

    /// <summary>A prompt with an id that cannot be kept gets a new one.</summary>
    private static Prompt OfOurs(FoundPrompt found, Prompt prompt)
    {
        if (!(prompt.Id?.Length > PromptRules.LongestId)) return prompt;
        found.Changes.Add($"id: has {prompt.Id.Length} characters and may have {PromptRules.LongestId}, so the prompt gets a new one");
        return prompt with { Id = null };
    }

    /// <summary>The rules that a prompt had elsewhere, by the ids that they were given here when they were imported.</summary>
    private async Task<List<string>> RulesAsync(FoundPrompt found, CancellationToken cancellationToken)
    {
        var ours = new List<string>();
        foreach (var theirs in found.ForeignRules)
        {
            var here = await settings.FindRuleAsync(ImportIds.Of("rule", LiteChatTemplates.Format, theirs), cancellationToken) ?? await settings.FindRuleAsync(theirs, cancellationToken);
            if (here is not null) ours.Add(here.Id);
            else found.Changes.Add($"rule {theirs}: left out, it is not here. Import the rules with POST /api/conversations/import, then this again");
        }
        return ours;
    }

    /// <summary>The bare name of a model that nobody here has would stop every turn; a provider that is named may still be set up.</summary>
    private async Task<Prompt> WithModelAsync(FoundPrompt found, Prompt prompt, CancellationToken cancellationToken)
    {
        if (prompt.Model is not { } model || model.Contains('/', StringComparison.Ordinal) || await validator.IsModelAsync(model, cancellationToken)) return prompt;
        found.Changes.Add($"model {model}: kept as metadata, choose a model here");
        var metadata = prompt.Metadata?.DeepClone().AsObject() ?? [];
        metadata["model"] = model;
        return prompt with { Model = null, Metadata = metadata };
    }

    /// <summary>Tools that nobody here supplies would stop every turn: those of other systems are left out, and files of our own, which somebody wrote for here, are kept as they are, with a word.</summary>
    private async Task<Prompt> RunnableAsync(FoundPrompt found, Prompt prompt, bool isOurs, CancellationToken cancellationToken)
    {
        var issues = (await validator.NamedAsync(prompt, cancellationToken)).Where(issue => issue.Severity == IssueSeverity.Error).ToList();
        var unknown = isOurs ? [] : issues.Where(issue => issue.Code == "tool_unknown" && issue.Path.StartsWith("tools", StringComparison.Ordinal)).Select(issue => issue.Name!).Distinct(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) found.Changes.Add($"tools {string.Join(", ", unknown)}: left out, nobody here supplies them. Connect them, then import this again");
        found.Remarks.AddRange(issues.Where(issue => issue.Name is null || !unknown.Contains(issue.Name)).Select(issue => $"{issue.Path}: {issue.Message} Until there is, no turn runs with this prompt"));
        return unknown.Count == 0 ? prompt : prompt with { Tools = [.. prompt.Tools.Where(tool => !unknown.Contains(tool))] };
    }

    /// <summary>The version that says the same: the newest, or any for a prompt of another system, whose older versions may be imported again. One that is newer there than all that are here is new even if it goes back to an older one.</summary>
    private async Task<int?> HereAsync(Prompt prompt, bool isNewest, CancellationToken cancellationToken)
    {
        if (await store.LocateAsync(prompt.Key, "latest", cancellationToken) is not { Id: not null }) return null;
        var (versions, hash) = (await store.VersionsAsync(prompt.Key, cancellationToken), PromptHash.Of(prompt));
        return versions.Take(prompt.ImportedFrom is null || isNewest ? 1 : int.MaxValue).FirstOrDefault(version => version.Hash == hash)?.Version;
    }

    private static ImportItem Skipped(FoundPrompt found, string why) => new(found.Kind, found.Source, ImportOutcome.Skipped, null, [why, .. found.Changes]);

    private async Task KeepAsync(List<(int At, Prompt Prompt)> ready, List<FoundPrompt> found, ImportItem[] lines, ImportOptions options, CancellationToken cancellationToken)
    {
        var fresh = ready.Where(one => lines[one.At].Version is null).Select(one => one.Prompt).ToList();
        var again = await OlderVersions.OverAsync(store, ready.Where(one => lines[one.At].Version is null).Select(one => (found[one.At], one.Prompt.Key)), cancellationToken);
        var kept = await making.PromptsAsync(options.Project, fresh.Select(prompt => prompt.Key), () => store.SaveAllAsync([.. fresh, .. again], cancellationToken), cancellationToken);
        foreach (var (at, version) in ready.Where(one => lines[one.At].Version is null).Select((one, i) => (one.At, kept[i].Version)).ToArray()) lines[at] = lines[at] with { Version = version };
        foreach (var (at, prompt) in ready)
        {
            string[] labels = [.. options.Labels ? found[at].Labels : [], .. found[at].VersionLabel is { } own ? (string[])[own] : []];
            if (labels.Length == 0 && !options.Labels) continue;
            var moved = new List<string>();
            foreach (var label in labels)
            {
                try
                {
                    if (await store.LabelAsync(prompt.Key, label, lines[at].Version, cancellationToken)) moved.Add(label);
                }
                catch (TurnException error) when (error.Code is TurnErrorCode.Forbidden or TurnErrorCode.RequestInvalid or TurnErrorCode.Rejected)
                {
                    lines[at] = lines[at] with { Details = [.. lines[at].Details, $"label {label}: not moved. {error.Message}"] };
                }
            }
            lines[at] = lines[at] with { Labels = moved };
        }
    }

    /// <summary>A prompt whose released version is not its newest would run the newest here; whoever imports it must know that the labels of the file were left.</summary>
    private async Task TellOfLabelsAsync(List<FoundPrompt> found, ImportItem[] lines, CancellationToken cancellationToken)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Id is not { } key || found[i].Labels.Count == 0) continue;
            var left = new List<string>();
            foreach (var label in found[i].Labels.Where(label => label != "latest"))
                if (lines[i].Version is null || (await store.LocateAsync(key, label, cancellationToken))?.Version != lines[i].Version) left.Add(label);
            if (left.Count > 0) lines[i] = lines[i] with { Details = [.. lines[i].Details, $"labels not moved: {string.Join(", ", left)}. They move when the import is asked to (labels=true, --labels)"] };
        }
    }

    private static (string Format, List<FoundPrompt> Found) Read(string text, ImportOptions options)
    {
        if (options.Format is { } asked && !Formats.Contains(asked)) throw new TurnException(TurnErrorCode.RequestInvalid, $"There is no format \"{asked}\"; there are {string.Join(", ", Formats)}.{Nearest.Hint(asked, Formats)}") { Field = "format" };
        var isJson = options.Format is not ("dotprompt" or PromptyFile.Format) && text.AsSpan().TrimStart("\uFEFF \t\r\n") is ['{' or '[', ..];
        if (options.Format is PromptyFile.Format || (options.Format is null && !isJson && PromptyFile.Fits(text))) return (PromptyFile.Format, [PromptyFile.Read(text, options.Key)]);
        if (!isJson || options.IsFile)
        {
            var content = PromptFile.Read(text, new() { Key = options.Key });
            string[] secrets = [.. ImportSecrets.In(content.Prompt.Parameters?.ProviderOptions, "config"), .. ImportSecrets.In(content.Prompt.Metadata, "metadata"), .. ImportSecrets.In(content.Others, "")];
            if (secrets.Length > 0) throw new TurnException(TurnErrorCode.RequestInvalid, $"{string.Join(", ", secrets)}: a secret by its name, and a prompt carries no secrets. Take it out of the file, and set it where the server is configured.") { Field = secrets[0] };
            var file = new FoundPrompt(content.Prompt.Key.Length == 0 ? "the file" : content.Prompt.Key) { Prompt = content.Prompt };
            file.Labels.AddRange(content.Labels);
            if (options.Format is null && !options.IsFile && PromptFileParts.Of(text).Yaml is null) file.Remarks.Add("it has no front matter: all of it became the text of the prompt");
            return ("dotprompt", [file]);
        }
        var json = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        try
        {
            return Json(StrictJson.ParseNode(json), options.Format);
        }
        catch (JsonException error)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The file is no JSON. {JsonWords.Placed(error, json)}", error);
        }
    }

    private static (string Format, List<FoundPrompt> Found) Json(JsonNode? root, string? asked)
    {
        if (root is JsonObject file)
        {
            if (asked is null or "litechat" && LiteChatTemplates.Fits(file)) return (LiteChatTemplates.Format, [.. LiteChatTemplates.Read(file)]);
            if (PromptBundle.Fits(file)) return ("turnpike", [.. Rows(PromptBundle.Rows(file), "turnpike").Found, .. PromptBundle.FoundTests(file)]);
            if (file["prompts"] is JsonArray batch) return Rows(batch, asked);
            if (file["data"] is JsonArray page) return Rows(page, asked);
            return Rows([file.DeepClone()], asked);
        }
        return Rows(root as JsonArray ?? throw new TurnException(TurnErrorCode.RequestInvalid, "The file holds no prompts: it must be an object or a list."), asked);
    }

    private static (string Format, List<FoundPrompt> Found) Rows(JsonArray rows, string? asked)
    {
        var objects = rows.OfType<JsonObject>().ToArray();
        if (objects.Length == 0 && rows.Count > 0) throw new TurnException(TurnErrorCode.RequestInvalid, "The file holds no prompts: nothing in its list is an object.");
        if (objects.Length == 0) return (asked ?? "turnpike", []);
        var format = asked ?? Told(objects[0]);
        var tooLong = format == LangfusePrompts.Format ? LangfuseReferences.FromFile(objects) : null;
        return (format, [.. rows.Select((one, at) => one is not JsonObject row ? new FoundPrompt($"item {at + 1}").Skip("It is no object.") : tooLong?.Contains(row) == true ? new FoundPrompt(FoundPrompt.Text(row["name"]) ?? $"item {at + 1}").Skip(LangfuseReferences.TooLong) : format switch
        {
            OpenAiPrompts.Format => OpenAiPrompts.Read(row),
            LangfusePrompts.Format => LangfusePrompts.Read(row),
            MatrxPrompts.Format => MatrxPrompts.Read(row),
            _ => asked is null && PromptBundle.WhyNone(row) is { } why ? new FoundPrompt(FoundPrompt.Text(row["name"]) ?? $"item {at + 1}").Skip(why) : PromptBundle.Read(row),
        })]);
    }

    private static string Told(JsonObject row) => OpenAiPrompts.Fits(row) && row["key"] is null ? OpenAiPrompts.Format : MatrxPrompts.Fits(row) && row["key"] is null ? MatrxPrompts.Format : LangfusePrompts.Fits(row) ? LangfusePrompts.Format : "turnpike";
}
