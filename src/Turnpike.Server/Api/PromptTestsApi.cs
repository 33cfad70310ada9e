using System.Globalization;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Testing;
using Turnpike.Server.Access;
using Turnpike.Server.Compatible;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>Tests of prompts: what a version must answer before the labels that are held move to it.</summary>
internal static class PromptTestsApi
{
    public static void MapPromptTests(this RouteGroupBuilder prompts)
    {
        prompts.MapGet("{key}/tests", GetAsync).Sends("ETag").Describe("readPromptTests", "Read a prompt's tests", "Their revision is the ETag; 0: it has none.").Answers<PromptTests>();
        prompts.MapPut("{key}/tests", SaveAsync).Sends("ETag").Describe("savePromptTests", "Save a prompt's tests", "Over those there are. The labels they name move from now on only to versions that have passed.").Header("If-Match", "The revision read before; \"0\": there must be none.").Header("If-None-Match", "*: there must be none yet.").Takes<PromptTests>().Answers<PromptTests>();
        prompts.MapDelete("{key}/tests", DeleteAsync).Describe("deletePromptTests", "Delete a prompt's tests", "With their reports; its labels are held no longer. Harmless when there are none.").Header("If-Match", "The ETag read before: another one is not deleted.").AnswersNothing();
        prompts.MapPost("{key}/tests/run", RunAsync).RequireScope(read: Scopes.Turns, write: Scopes.Turns).Describe("runPromptTests", "Run a prompt's tests", "Each case is a turn of the caller's, of which only the usage is kept. The report of a whole run of a version is kept, and counts for its labels.").Takes<PromptTestRun>(isOptional: true).Answers<PromptTestReport>();
        prompts.MapGet("{key}/tests/report", ReportAsync).Describe("readPromptTestReport", "Read the newest report of a version", "404 when its tests were never run whole.").Query("version", "A version's number or a label; none: the newest.").Answers<PromptTestReport>();
    }

    /// <summary>For whom tests run before a label moves; null: the key may not run turns.</summary>
    public static TurnRequest? Asker(HttpContext http) => Visitor.Of(http).May(Scopes.Turns) ? Who(http) : null;

    private static async Task GetAsync(HttpContext http, string key, IPromptStore store, IPromptTests tests)
    {
        var place = await PlaceAsync(http, key, store, null);
        await AnswerAsync(http, await tests.FindAsync(place.Key, http.RequestAborted) ?? new() { Key = place.Key });
    }

    private static async Task SaveAsync(HttpContext http, string key, IPromptStore store, IPromptTests tests, PromptTester tester)
    {
        var given = await Body.ReadAsync(http, TurnpikeJson.Relaxed.PromptTests);
        var name = await PromptsApi.KeyAsync(http, store, key);
        if (given.Key.Length > 0 && given.Key != name && given.Key != key) throw new TurnException(TurnErrorCode.RequestInvalid, $"The body's key \"{given.Key}\" is not the address's \"{name}\".") { Field = "key" };
        var expected = await IfMatch.ForSaveAsync(http, () => RevisionAsync(http, tests, name));
        await AnswerAsync(http, await tester.SaveAsync(given with { Key = name }, expected, http.RequestAborted));
    }

    private static async Task DeleteAsync(HttpContext http, string key, IPromptStore store, IPromptTests tests)
    {
        var name = (await PlaceAsync(http, key, store, null)).Key;
        var expected = await IfMatch.RequireAsync(http, ($"The set of tests of \"{name}\"", "revision"), () => RevisionAsync(http, tests, name));
        await tests.DeleteAsync(name, expected, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task RunAsync(HttpContext http, string key, PromptTester tester)
    {
        var run = await Body.ReadOrAsync(http, TurnpikeJson.Relaxed.PromptTestRun, new());
        await Answer.WriteAsync(http, await tester.RunAsync(key, run, Who(http), http.RequestAborted), TurnpikeJson.Relaxed.PromptTestReport);
    }

    private static async Task ReportAsync(HttpContext http, string key, IPromptStore store, IPromptTests tests)
    {
        var place = await PlaceAsync(http, key, store, Query.Text(http, "version") ?? "latest");
        await Answer.WriteAsync(http, await tests.ReportOfAsync(place.Key, place.Hash, http.RequestAborted)
            ?? throw new TurnException(TurnErrorCode.PromptNotFound, $"The tests of prompt \"{place.Key}\" were never run whole with version {place.Version}. Run them: POST /api/prompts/{Uri.EscapeDataString(place.Key)}/tests/run.") { Field = "version" }, TurnpikeJson.Relaxed.PromptTestReport);
    }

    private static async Task<int?> RevisionAsync(HttpContext http, IPromptTests tests, string key) => (await tests.FindAsync(key, http.RequestAborted))?.Revision;

    private static TurnRequest Who(HttpContext http) => new() { User = Caller.User(http), Organization = Caller.Organization(http), Owner = FaceRequest.Owner(http) };

    private static async Task<PromptPlace> PlaceAsync(HttpContext http, string key, IPromptStore store, string? version) =>
        await store.LocateAsync(key, version, http.RequestAborted) ?? throw await PromptsApi.NotFoundAsync(store, key, version, http.RequestAborted);

    private static Task AnswerAsync(HttpContext http, PromptTests tests)
    {
        http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{tests.Revision}\"");
        return Answer.WriteAsync(http, tests, TurnpikeJson.Relaxed.PromptTests);
    }
}
