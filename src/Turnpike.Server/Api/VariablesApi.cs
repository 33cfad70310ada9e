using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Server.Api;

/// <summary>Variables of everybody, of an organization, of a user.</summary>
internal static class VariablesApi
{
    public static void MapVariables(this WebApplication app)
    {
        var variables = app.MapGroup("/api/variables").WithTags("Variables").RequireScope(read: Scopes.PromptsRead, write: Scopes.PromptsWrite);
        variables.MapGet("{scope}", GetAsync).Describe("readScope", "Read the variables of a scope", "global, organization:<id> or user:<id>; a project's are on the project. A value whose name some prompt declares secret is shown as •••.").AnswersJson();
        variables.MapPatch("{scope}", SetAsync).Describe("setScope", "Set variables of a scope", "{name: value, …}; null unsets. The answer is all of them.").Takes<Dictionary<string, JsonElement>>().AnswersJson();
    }

    private static async Task GetAsync(HttpContext http, string scope, ISettingsStore store, SecretNames secrets)
    {
        SettingsRules.CheckScope(scope);
        await AnswerAsync(http, await secrets.HideAsync(await store.VariablesAsync(scope, http.RequestAborted), http.RequestAborted));
    }

    private static async Task SetAsync(HttpContext http, string scope, ISettingsStore store, SecretNames secrets)
    {
        SettingsRules.CheckScope(scope);
        var sent = await Body.ReadAsync(http, TurnpikeJson.Relaxed.DictionaryStringJsonElement);
        SettingsRules.Check(sent);
        var changes = SecretNames.Kept(sent, await store.VariablesAsync(scope, http.RequestAborted));
        await AnswerAsync(http, await secrets.HideAsync(await store.SetVariablesAsync(scope, changes, http.RequestAborted), http.RequestAborted));
    }

    private static Task AnswerAsync(HttpContext http, IReadOnlyDictionary<string, JsonElement> variables) => Answer.WriteAsync(http, variables.ToDictionary(), TurnpikeJson.Relaxed.DictionaryStringJsonElement);
}
