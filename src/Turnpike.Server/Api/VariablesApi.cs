using System.Text.Json;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;

namespace Turnpike.Server.Api;

/// <summary>Variables of everybody, of an organization, of a user.</summary>
internal static class VariablesApi
{
    private const string OfUser = "user:";

    public static void MapVariables(this WebApplication app)
    {
        var variables = app.MapGroup("/api/variables").WithTags("Variables").RequireScope(read: Scopes.PromptsRead, write: Scopes.PromptsWrite);
        variables.MapGet("{scope}", GetAsync).Describe("readScope", "Read the variables of a scope", "global, organization:<id> or user:<id>; a project's are on the project. Those of a user other than the key's take admin. A value whose name some prompt declares secret is shown as •••.").AnswersJson();
        variables.MapPatch("{scope}", SetAsync).Describe("setScope", "Set variables of a scope", "{name: value, …}; null unsets. The answer is all of them. Those of a user other than the key's take admin.").Takes<Dictionary<string, JsonElement>>().AnswersJson();
    }

    private static async Task GetAsync(HttpContext http, string scope, ISettingsStore store, SecretNames secrets)
    {
        Check(http, scope);
        await AnswerAsync(http, await secrets.HideAsync(await store.VariablesAsync(scope, http.RequestAborted), http.RequestAborted));
    }

    private static async Task SetAsync(HttpContext http, string scope, ISettingsStore store, SecretNames secrets)
    {
        Check(http, scope);
        var sent = await Body.ReadAsync(http, TurnpikeJson.Relaxed.DictionaryStringJsonElement);
        SettingsRules.Check(sent);
        var changes = SecretNames.Kept(sent, await store.VariablesAsync(scope, http.RequestAborted));
        await AnswerAsync(http, await secrets.HideAsync(await store.SetVariablesAsync(scope, changes, http.RequestAborted), http.RequestAborted));
    }

    /// <summary>What is kept for a user goes into that user's prompts: it is theirs to read and to set.</summary>
    private static void Check(HttpContext http, string scope)
    {
        SettingsRules.CheckScope(scope);
        var visitor = Visitor.Of(http);
        if (!scope.StartsWith(OfUser, StringComparison.Ordinal) || visitor.May(Scopes.Admin) || scope[OfUser.Length..] == visitor.User) return;
        throw new TurnException(TurnErrorCode.Forbidden, $"The variables of \"{scope}\" are that user's own, and the key \"{visitor.Name}\" is {(visitor.User is { } user ? $"for \"{user}\"" : "for no user")}. Use a key for that user, or one with the scope \"{Scopes.Admin}\".") { Field = "scope" };
    }

    private static Task AnswerAsync(HttpContext http, IReadOnlyDictionary<string, JsonElement> variables) => Answer.WriteAsync(http, variables.ToDictionary(), TurnpikeJson.Relaxed.DictionaryStringJsonElement);
}
