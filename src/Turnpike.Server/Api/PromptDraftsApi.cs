using System.Globalization;
using Turnpike.Prompts;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;

namespace Turnpike.Server.Api;

/// <summary>Drafts of prompts: apart from the versions, and need not be sound.</summary>
internal static class PromptDraftsApi
{
    public static void MapPromptDrafts(this RouteGroupBuilder prompts)
    {
        prompts.MapGet("{key}/draft", GetAsync).Sends("ETag").Describe("readPromptDraft", "Read a draft", "Its revision is the ETag.").Answers<PromptDraft>();
        prompts.MapPut("{key}/draft", SaveAsync).Sends("ETag").Describe("savePromptDraft", "Save a draft", "Over the one there is. It need not be sound; there may be no prompt with this key yet.").Query("project", "The project a new prompt belongs to from the beginning: it takes an editor there.").Header("If-Match", "The revision read before; \"0\": there must be none.").Header("If-None-Match", "*: there must be none yet.").Takes<Prompt>().Answers<PromptDraft>();
        prompts.MapDelete("{key}/draft", DeleteAsync).Describe("deletePromptDraft", "Throw a draft away", "Harmless when there is none.").Header("If-Match", "The ETag read before: another one is not deleted.").AnswersNothing();
        prompts.MapPost("{key}/draft/publish", PublishAsync).Sends("ETag").Describe("publishPromptDraft", "Make a draft the next version", "412 when somebody saved a version since the draft was begun.").Header("If-Match", "The draft's revision.").Takes<DraftPublication>(isOptional: true).Answers<Prompt>();
    }

    private static async Task GetAsync(HttpContext http, string key, IPromptStore store, IPromptDrafts drafts)
    {
        var name = await PromptsApi.KeyAsync(http, store, key);
        await AnswerAsync(http, await drafts.FindAsync(name, http.RequestAborted) ?? throw new TurnException(TurnErrorCode.PromptNotFound, $"There is no draft of \"{name}\".") { Field = "key" });
    }

    private static async Task SaveAsync(HttpContext http, string key, IPromptStore store, IPromptDrafts drafts, PromptKeeper keeper, ProjectMaking making)
    {
        var prompt = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Prompt);
        var name = await PromptsApi.KeyAsync(http, store, key);
        var expected = await IfMatch.ForSaveAsync(http, () => RevisionAsync(http, drafts, name));
        await AnswerAsync(http, await making.PromptAsync(Query.Text(http, "project"), name, () => keeper.SaveDraftAsync(name, prompt, expected, prompt.Author, http.RequestAborted), http.RequestAborted));
    }

    private static async Task DeleteAsync(HttpContext http, string key, IPromptStore store, IPromptDrafts drafts)
    {
        var name = await PromptsApi.KeyAsync(http, store, key);
        var expected = await IfMatch.RequireAsync(http, ($"The draft of \"{name}\"", "revision"), () => RevisionAsync(http, drafts, name));
        await drafts.DeleteAsync(name, expected, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task PublishAsync(HttpContext http, string key, IPromptStore store, IPromptDrafts drafts, PromptKeeper keeper)
    {
        var how = await Body.ReadOrAsync(http, ServerJson.Relaxed.DraftPublication, new());
        var name = await PromptsApi.KeyAsync(http, store, key);
        await PromptsApi.AnswerAsync(http, await keeper.PublishAsync(name, await IfMatch.ReadAsync(http, () => RevisionAsync(http, drafts, name)), how.Author, how.Note, http.RequestAborted));
    }

    private static async Task<int?> RevisionAsync(HttpContext http, IPromptDrafts drafts, string key) => (await drafts.FindAsync(key, http.RequestAborted))?.Revision;

    private static Task AnswerAsync(HttpContext http, PromptDraft draft)
    {
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{draft.Revision}\"");
        return Answer.WriteAsync(http, draft, TurnpikeJson.Relaxed.PromptDraft);
    }
}
