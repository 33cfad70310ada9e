using System.Globalization;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;

namespace Turnpike.Server.Api;

/// <summary>Keeping prompts.</summary>
internal static class PromptsApi
{
    public static void MapPrompts(this WebApplication app)
    {
        var prompts = app.MapGroup("/api/prompts").WithTags("Prompts").RequireScope(read: Scopes.PromptsRead, write: Scopes.PromptsWrite);
        prompts.MapGet("", ListAsync).Describe("listPrompts", "List prompts", "In their default versions, newest first, in pages; those that ship with the product come last.").Query("query", "Words that begin words of key, title, description, tags or messages.").Query("tag", "A tag they have.").Switch("archived", "true: those that were archived.").Pages().Answers<Page<Prompt>>();
        prompts.MapPost("", CreateAsync).Sends("ETag").Sends("Location", 201).Describe("createPrompt", "Create a prompt", "Its first version. The key must be new.").Query("project", "The project it belongs to from the beginning: it takes an editor there.").Takes<Prompt>().Answers<Prompt>(201);
        prompts.TakesOnly("", HttpMethods.Get, HttpMethods.Post);
        prompts.MapGet("{*key}", GetAsync).Sends("ETag").Describe("readPrompt", "Read a prompt", "One version: the one asked for, else the one labelled production, else the newest. Its number is the ETag.").Query("version", "A version's number.").Query("label", "A label.").Answers<Prompt>();
        prompts.MapPut("{*key}", SaveAsync).Sends("ETag").Describe("savePrompt", "Save a prompt", "A new version, which never changes; the same content as the newest makes none.").Query("project", "The project that a new one belongs to from the beginning, and an old one already does: it takes an editor there.").Header("If-Match", "The ETag read before: guards against lost updates.").Header("If-None-Match", "*: there must be none yet.").Takes<Prompt>().Answers<Prompt>();
        prompts.MapPut("{key}/labels/{label}", LabelAsync).Sends("ETag").Describe("labelPrompt", "Move a label", "From now on it names this version. A label that the prompt's tests hold moves when the version passes them: they run first, as turns of the caller's. Write a slash in the key as %2F.").Takes<LabelMove>().Answers<Prompt>();
        prompts.MapDelete("{key}/labels/{label}", UnlabelAsync).Describe("unlabelPrompt", "Remove a label", "Harmless when it names nothing. One that is protected, or that the prompt's tests hold, stays.").Switch("force", "true: even one that is protected or held.").AnswersNothing();
        prompts.MapDelete("{*key}", ArchiveAsync).Describe("archivePrompt", "Archive a prompt", "It is not found or listed any more; turns and conversations keep what they ran. Saving it again brings it back.").Header("If-Match", "The ETag read before: another one is not archived.").AnswersNothing();
        prompts.MapPromptHistory();
        prompts.MapPromptDrafts();
        prompts.MapPromptFiles();
        prompts.MapPromptChecks();
        prompts.MapPromptTests();
        app.MapPromptSchema();
    }

    private static async Task ListAsync(HttpContext http, IPromptStore store)
    {
        var query = new PromptQuery { Query = Query.Sought(http, "query"), Tag = Query.Sought(http, "tag"), Archived = Query.Truth(http, "archived"), After = Query.Text(http, "after"), Limit = Query.Number(http, "limit", 50, 1, 200) };
        await Answer.WriteAsync(http, await store.ListAsync(query, http.RequestAborted), TurnpikeJson.Relaxed.PromptPage);
    }

    private static async Task CreateAsync(HttpContext http, PromptKeeper keeper, ProjectMaking making)
    {
        var prompt = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Prompt);
        var saved = await making.PromptAsync(Query.Text(http, "project"), prompt.Key, () => keeper.SaveAsync(prompt, 0, http.RequestAborted), http.RequestAborted);
        await MadeAsync(http, saved);
    }

    private static async Task GetAsync(HttpContext http, string key, IPromptStore store)
    {
        var version = Which(http);
        await AnswerAsync(http, await store.FindAsync(key, version, http.RequestAborted) ?? throw await NotFoundAsync(store, key, version, http.RequestAborted));
    }

    private static async Task SaveAsync(HttpContext http, string key, IPromptStore store, PromptKeeper keeper, ProjectMaking making)
    {
        var prompt = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Prompt);
        var name = await KeyAsync(http, store, key);
        if (prompt.Key.Length > 0 && prompt.Key != name && prompt.Key != key) throw new TurnException(TurnErrorCode.RequestInvalid, $"The body's key \"{prompt.Key}\" is not the address's \"{name}\".") { Field = "key" };
        var expected = await IfMatch.ForSaveAsync(http, () => NewestAsync(http, store, name));
        await AnswerAsync(http, await making.PromptAsync(Query.Text(http, "project"), name, () => keeper.SaveAsync(prompt with { Key = name }, expected, http.RequestAborted), http.RequestAborted));
    }

    private static async Task LabelAsync(HttpContext http, string key, string label, IPromptStore store, PromptTester tester)
    {
        var move = await Body.ReadAsync(http, ServerJson.Relaxed.LabelMove);
        var version = move.Version.ToString(CultureInfo.InvariantCulture);
        await RequireNewestAsync(http, store, key);
        var isForced = MayForce(http, move.Force);
        if (!isForced) await tester.BeforeLabelAsync(key, label, move.Version, PromptTestsApi.Asker(http), http.RequestAborted);
        if (!await store.LabelAsync(key, label, move.Version, isForced, http.RequestAborted)) throw await NotFoundAsync(store, key, version, http.RequestAborted);
        if (move.Protected is { } isProtected) await store.ProtectAsync(key, label, isProtected, http.RequestAborted);
        await AnswerAsync(http, await store.FindAsync(key, version, http.RequestAborted) ?? throw await NotFoundAsync(store, key, version, http.RequestAborted));
    }

    private static async Task UnlabelAsync(HttpContext http, string key, string label, IPromptStore store)
    {
        await RequireNewestAsync(http, store, key);
        if (!await store.LabelAsync(key, label, null, MayForce(http, Query.Truth(http, "force")), http.RequestAborted)) throw await NotFoundAsync(store, key, null, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    /// <summary>A protected label is moved by who looks after the organization, and says so.</summary>
    private static bool MayForce(HttpContext http, bool asked) =>
        !asked || Visitor.Of(http).May(Scopes.Admin) ? asked : throw new TurnException(TurnErrorCode.Forbidden, $"The key \"{Visitor.Of(http).Name}\" may not move protected labels: that needs the scope \"{Scopes.Admin}\". Leave \"force\" out, or ask who has such a key.") { Field = "force" };

    private static async Task ArchiveAsync(HttpContext http, string key, IPromptStore store)
    {
        await RequireNewestAsync(http, store, key);
        var found = await store.LocateAsync(key, "latest", http.RequestAborted) ?? throw await NotFoundAsync(store, key, null, http.RequestAborted);
        if (found.Id is null) throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{key}\" ships with the product and cannot be archived. Save one of your own with this key to take its place.") { Field = "key" };
        await store.ArchiveAsync(key, isArchived: true, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    /// <summary>What changes something about a prompt may say which version was the newest when it was looked at.</summary>
    internal static Task RequireNewestAsync(HttpContext http, IPromptStore store, string key) => IfMatch.RequireAsync(http, ($"Prompt \"{key}\"", "version"), () => NewestAsync(http, store, key));

    internal static Task MadeAsync(HttpContext http, Prompt prompt)
    {
        http.Response.Headers.Location = PathOf(prompt.Key);
        return AnswerAsync(http, prompt, 201);
    }

    /// <summary>Where a prompt is, with its slashes escaped too: what stands behind the last one may be the name of another resource.</summary>
    internal static string PathOf(string key) => "/api/prompts/" + Uri.EscapeDataString(key);

    /// <summary>A prompt that ships with the product was never kept: its ETag is 0, so that saving over it makes version 1.</summary>
    internal static Task AnswerAsync(HttpContext http, Prompt prompt, int status = 200)
    {
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{(prompt.Id is null ? 0 : prompt.Version)}\"");
        return Answer.WriteAsync(http, prompt, TurnpikeJson.Relaxed.Prompt, status);
    }

    /// <summary>The number that is the newest one's ETag, put away or not; null when there is no prompt.</summary>
    private static async Task<int?> NewestAsync(HttpContext http, IPromptStore store, string key)
    {
        if (await store.LocateAsync(key, "latest", http.RequestAborted) is { } place) return place.Id is null ? 0 : place.Version;
        return await store.VersionsAsync(key, http.RequestAborted) is [var last, ..] ? last.Version : null;
    }

    /// <summary>The key of the prompt that an id or alias means; a name that none has is the key of one that may come.</summary>
    internal static async ValueTask<string> KeyAsync(HttpContext http, IPromptStore store, string name) => (await store.LocateAsync(name, "latest", http.RequestAborted))?.Key ?? name;

    /// <summary>The version or label that a query asks for; null: neither.</summary>
    /// <exception cref="TurnException"><c>request_invalid</c>: both.</exception>
    internal static string? Which(HttpContext http)
    {
        var (version, label) = (Query.Text(http, "version"), Query.Text(http, "label"));
        return version is null || label is null ? version ?? label : throw new TurnException(TurnErrorCode.RequestInvalid, $"\"version\" is \"{version}\" and \"label\" is \"{label}\"; ask for one of them.") { Field = "label" };
    }

    internal static async ValueTask<TurnException> NotFoundAsync(IPromptStore store, string key, string? version, CancellationToken cancellationToken)
    {
        var isKnown = version is not null && await store.FindAsync(key, null, cancellationToken) is not null;
        var message = isKnown ? $"Prompt \"{key}\" has no version or label \"{version}\"." : $"There is no prompt \"{key}\".{Nearest.Hint(key, await store.KeysAsync(cancellationToken))}";
        return new(TurnErrorCode.PromptNotFound, message) { Field = "key" };
    }
}
