using System.Globalization;
using System.Text.Json;
using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Server.Api;

/// <summary>Keeping the tree of projects.</summary>
internal static class ProjectsApi
{
    public static void MapProjects(this WebApplication app)
    {
        var projects = app.MapGroup("/api/projects").WithTags("Projects").RequireScope(read: Scopes.PromptsRead, write: Scopes.PromptsWrite);
        projects.MapGet("", ListAsync).Describe("listProjects", "List projects", "By name, in pages.").Query("query", "Words that the name holds.").Pages().Answers<Page<Project>>();
        projects.MapPost("", CreateAsync).Sends("ETag").Sends("Location", 201).Describe("createProject", "Create a project", "Alone, or below a parent whose settings it takes over.").Takes<Project>().Answers<Project>(201);
        projects.MapGet("{id}", GetAsync).Sends("ETag").Describe("readProject", "Read a project", "What it says itself. Its revision is the ETag.").Answers<Project>();
        projects.MapGet("{id}/effective", EffectiveAsync).Describe("readEffective", "Read what counts in a project", "With the projects above it and what is set for everybody: {project, layers, system, model, parameters, tools, rules, variables}, each value with its source.").AnswersJson();
        projects.MapPut("{id}", SaveAsync).Sends("ETag").Describe("saveProject", "Save a project", "Its parent must not be below it.").Header("If-Match", "The ETag read before: guards against lost updates.").Header("If-None-Match", "*: there must be none yet.").Takes<Project>().Answers<Project>();
        projects.MapDelete("{id}", DeleteAsync).Describe("deleteProject", "Delete a project", "Those below it move up to its parent; its conversations go on without it.").Header("If-Match", "The ETag read before: another one is not deleted.").AnswersNothing();
    }

    private static async Task ListAsync(HttpContext http, ISettingsStore store, SecretNames secrets)
    {
        var page = await store.ListProjectsAsync(ListQuery.Of(http), http.RequestAborted);
        await Answer.WriteAsync(http, page with { Data = await secrets.HideAsync(page.Data, http.RequestAborted) }, TurnpikeJson.Relaxed.ProjectPage);
    }

    private static async Task CreateAsync(HttpContext http, ISettingsStore store, ModelCatalog models, SecretNames secrets)
    {
        var project = await ReadAsync(http, store, models);
        var saved = await store.SaveProjectAsync(project with { Variables = SecretNames.Kept(project.Variables, new Dictionary<string, JsonElement>()) }, 0, http.RequestAborted);
        http.Response.Headers.Location = "/api/projects/" + Uri.EscapeDataString(saved.Id);
        await AnswerAsync(http, saved, secrets, 201);
    }

    private static async Task GetAsync(HttpContext http, string id, ISettingsStore store, SecretNames secrets) =>
        await AnswerAsync(http, await store.ChainAsync(id, http.RequestAborted) is [var project, ..] ? project : throw NotFound(id), secrets);

    private static async Task EffectiveAsync(HttpContext http, string id, SharedLayers shared, SecretNames secrets)
    {
        var layers = await shared.ReadAsync(id, Caller.Organization(http), Caller.User(http), http.RequestAborted) ?? throw NotFound(id);
        var shown = await secrets.HideAsync(layers, http.RequestAborted);
        await Answer.WriteAsync(http, writer => EffectiveJson.Write(writer, id, shown));
    }

    private static async Task SaveAsync(HttpContext http, string id, ISettingsStore store, ModelCatalog models, SecretNames secrets)
    {
        var project = await ReadAsync(http, store, models);
        if (project.Id.Length > 0 && project.Id != id) throw new TurnException(TurnErrorCode.RequestInvalid, $"The body's id \"{project.Id}\" is not the address's \"{id}\".") { Field = "id" };
        if (await store.ChainAsync(id, http.RequestAborted) is not [var before, ..]) throw NotFound(id);
        var expected = await IfMatch.ForSaveAsync(http, () => Task.FromResult<int?>(before.Revision));
        await AnswerAsync(http, await store.SaveProjectAsync(project with { Id = id, Variables = SecretNames.Kept(project.Variables, before.Variables) }, expected, http.RequestAborted), secrets);
    }

    private static async Task DeleteAsync(HttpContext http, string id, ISettingsStore store)
    {
        var expected = await IfMatch.RequireAsync(http, ($"Project \"{id}\"", "revision"), async () => await store.ChainAsync(id, http.RequestAborted) is [var kept, ..] ? kept.Revision : throw NotFound(id));
        if (!await store.DeleteProjectAsync(id, expected, http.RequestAborted)) throw NotFound(id);
        http.Response.StatusCode = 204;
    }

    private static async Task AnswerAsync(HttpContext http, Project project, SecretNames secrets, int status = 200)
    {
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{project.Revision}\"");
        await Answer.WriteAsync(http, (await secrets.HideAsync([project], http.RequestAborted))[0], TurnpikeJson.Relaxed.Project, status);
    }

    private static async ValueTask<Project> ReadAsync(HttpContext http, ISettingsStore store, ModelCatalog models)
    {
        var project = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Project);
        SettingsRules.Check(project);
        await KnownRules.CheckAsync(store, [.. project.Rules, .. project.Tags.Select(tag => Tag.Prefix + tag)], http.RequestAborted);
        if (project.Model is { } model) await models.ChooseAsync(model, http.RequestAborted);
        return project;
    }

    private static TurnException NotFound(string id) => new(TurnErrorCode.ProjectNotFound, $"There is no project \"{id}\".") { Field = "id" };
}
