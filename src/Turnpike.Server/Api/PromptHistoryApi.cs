using Turnpike.Prompts;
using Turnpike.Prompts.Comparing;
using Turnpike.Server.Http;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;

namespace Turnpike.Server.Api;

/// <summary>What became of a prompt over time, and where it was used.</summary>
internal static class PromptHistoryApi
{
    public static void MapPromptHistory(this RouteGroupBuilder prompts)
    {
        prompts.MapGet("{key}/versions", VersionsAsync).Describe("listPromptVersions", "List the versions of a prompt", "{data: [{version, hash, createdAt, author, note, labels}]}, newest first. Write a slash in the key as %2F.").AnswersShape(OpenApiAnswers.Versions);
        prompts.MapGet("{key}/versions/{a}/diff/{b}", DiffAsync).Describe("diffPrompt", "Compare two versions", "Field by field; texts of several lines line by line. A version is a number, a label or latest.").Answers<PromptDiff>();
        prompts.MapGet("{key}/labels", LabelsAsync).Describe("listPromptLabels", "List the labels of a prompt", "{data: [{label, version, protected}]}.").AnswersShape(OpenApiAnswers.Labels);
        prompts.MapGet("{key}/turns", TurnsAsync).Describe("listPromptTurns", "List the turns that ran a prompt", "Newest first, in pages.").Query("version", "Only this version.", isNumber: true).Pages().Answers<Page<PromptUse>>();
        prompts.MapPost("{key}/duplicate", DuplicateAsync).Sends("ETag").Sends("Location", 201).Describe("duplicatePrompt", "Copy a prompt", "Version 1 of a new key.").Query("project", "The project that the copy belongs to from the beginning: it takes an editor there. Without it, that of the prompt which is copied; empty: none.").Takes<PromptCopy>().Answers<Prompt>(201);
        prompts.MapPost("{key}/restore", RestoreAsync).Sends("ETag").Describe("restorePrompt", "Bring an archived prompt back", "").Answers<Prompt>();
        prompts.MapPost("from-turn", KeepTurnAsync).Sends("ETag").Sends("Location", 201).Describe("savePromptOfTurn", "Save what a turn ran", "Exactly that becomes a new version: an object that was never saved, or a stored prompt as the request changed it.").Query("project", "The project that a new one belongs to from the beginning: it takes an editor there. Without it, that of the turn, else that of the prompt which it ran; empty: none.").Takes<TurnToKeep>().Answers<Prompt>(201);
    }

    private static async Task VersionsAsync(HttpContext http, string key, IPromptStore store)
    {
        var versions = await store.VersionsAsync(key, http.RequestAborted);
        if (versions.Count == 0) throw await PromptsApi.NotFoundAsync(store, key, null, http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("data");
            System.Text.Json.JsonSerializer.Serialize(writer, versions, TurnpikeJson.Relaxed.IReadOnlyListPromptVersion);
            writer.WriteEndObject();
        });
    }

    private static async Task DiffAsync(HttpContext http, string key, string a, string b, IPromptStore store)
    {
        var (from, to) = (await FindAsync(a), await FindAsync(b));
        await Answer.WriteAsync(http, PromptDiff.Of(from, to), TurnpikeJson.Relaxed.PromptDiff);

        async Task<Prompt> FindAsync(string version) => await store.FindAsync(key, version, http.RequestAborted) ?? throw await PromptsApi.NotFoundAsync(store, key, version, http.RequestAborted);
    }

    private static async Task LabelsAsync(HttpContext http, string key, IPromptStore store)
    {
        if (await store.LocateAsync(key, null, http.RequestAborted) is null) throw await PromptsApi.NotFoundAsync(store, key, null, http.RequestAborted);
        var labels = await store.LabelsAsync(key, http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("data");
            System.Text.Json.JsonSerializer.Serialize(writer, labels, TurnpikeJson.Relaxed.IReadOnlyListPromptLabel);
            writer.WriteEndObject();
        });
    }

    private static async Task TurnsAsync(HttpContext http, string key, IPromptStore store, IPromptUses uses)
    {
        var found = await store.LocateAsync(key, null, http.RequestAborted);
        var name = found?.Key ?? key;
        int? version = Query.Text(http, "version") is null ? null : Query.Number(http, "version", 1, 1, int.MaxValue);
        var page = await uses.ListAsync(name, version, Query.Text(http, "after"), Query.Number(http, "limit", 50, 1, 200), http.RequestAborted);
        if (found is null && page.Data.Count == 0 && (await store.VersionsAsync(name, http.RequestAborted)).Count == 0) throw await PromptsApi.NotFoundAsync(store, name, null, http.RequestAborted);
        await Answer.WriteAsync(http, page, TurnpikeJson.Relaxed.PromptUsePage);
    }

    private static async Task DuplicateAsync(HttpContext http, string key, IPromptStore store, PromptKeeper keeper, ProjectMaking making, ProjectAccess access)
    {
        var copy = await Body.ReadAsync(http, ServerJson.Relaxed.PromptCopy);
        var project = await PlaceAsync(http, store, copy.Key, () => access.HomeAsync(key, http.RequestAborted));
        await PromptsApi.MadeAsync(http, await making.PromptAsync(project, copy.Key, () => keeper.DuplicateAsync(key, copy.Version, copy.Key, copy.Author, http.RequestAborted), http.RequestAborted));
    }

    private static async Task RestoreAsync(HttpContext http, string key, IPromptStore store)
    {
        await PromptsApi.RequireNewestAsync(http, store, key);
        if (!await store.ArchiveAsync(key, isArchived: false, http.RequestAborted)) throw await PromptsApi.NotFoundAsync(store, key, null, http.RequestAborted);
        await PromptsApi.AnswerAsync(http, (await store.FindAsync(key, null, http.RequestAborted))!);
    }

    private static async Task KeepTurnAsync(HttpContext http, IPromptStore store, PromptKeeper keeper, ProjectMaking making, ProjectAccess access, IProjectMembers members)
    {
        var keep = await Body.ReadAsync(http, ServerJson.Relaxed.TurnToKeep);
        var own = await keeper.OfTurnAsync(keep.Turn, null, keep.Author, keep.Note, http.RequestAborted);
        var ran = own with { Key = keep.Key ?? own.Key };
        var project = await PlaceAsync(http, store, ran.Key, async () => await members.HomeAsync(new(ProjectThings.Turn, keep.Turn), http.RequestAborted) ?? await access.HomeAsync(own.Key, http.RequestAborted));
        await PromptsApi.MadeAsync(http, await making.PromptAsync(project, ran.Key, () => keeper.SaveAsItWasAsync(ran, null, http.RequestAborted), http.RequestAborted));
    }

    /// <summary>The project of a copy: what the request says, none where that is empty; else a prompt that there is stays where it is, and a new one belongs where its source does.</summary>
    private static async ValueTask<string?> PlaceAsync(HttpContext http, IPromptStore store, string? key, Func<ValueTask<string?>> source)
    {
        if (http.Request.Query.ContainsKey("project")) return Query.Text(http, "project");
        if (string.IsNullOrEmpty(key)) return null; // it is refused for that
        return await store.LocateAsync(key, "latest", http.RequestAborted) is { Id: not null } ? null : await source();
    }
}
