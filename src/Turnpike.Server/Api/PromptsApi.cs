using System.Globalization;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Api;

/// <summary>Keeping prompts.</summary>
internal static class PromptsApi
{
    public static void MapPrompts(this WebApplication app)
    {
        var prompts = app.MapGroup("/api/prompts").WithTags("Prompts");
        prompts.MapGet("", ListAsync).Describe("List prompts", "Newest first, in pages: ?query= ?tag= ?after= ?limit=.", null, typeof(Page<Prompt>));
        prompts.MapPost("", CreateAsync).Describe("Create a prompt", "Its first version. The key must be new.", typeof(Prompt), typeof(Prompt));
        prompts.MapGet("{*key}", GetAsync).Describe("Read a prompt", "?version= a number or ?label= a label; else label production, else the newest.", null, typeof(Prompt));
        prompts.MapPut("{*key}", SaveAsync).Describe("Save a prompt", "A new immutable version. If-Match (the ETag read before) guards against lost updates.", typeof(Prompt), typeof(Prompt));
    }

    private static async Task ListAsync(HttpContext http, IPromptStore store) =>
        await Body.WriteAsync(http, await store.ListAsync(new() { Query = Body.Text(http, "query"), Tag = Body.Text(http, "tag"), After = Body.Text(http, "after"), Limit = Body.Number(http, "limit", 50, 1, 200) }, http.RequestAborted), TurnpikeJson.Relaxed.PromptPage);

    private static async Task CreateAsync(HttpContext http, IPromptStore store, VariableResolver variables)
    {
        var prompt = Checked(await Body.ReadAsync(http, TurnpikeJson.Relaxed.Prompt), variables);
        var saved = await store.SaveAsync(prompt, 0, http.RequestAborted);
        http.Response.Headers.Location = "/api/prompts/" + saved.Key;
        await AnswerAsync(http, saved, 201);
    }

    private static async Task GetAsync(HttpContext http, string key, IPromptStore store)
    {
        var name = Plain(key);
        var version = Body.Text(http, "version") ?? Body.Text(http, "label");
        await AnswerAsync(http, await store.FindAsync(name, version, http.RequestAborted) ?? throw await NotFoundAsync(store, name, version, http.RequestAborted), 200);
    }

    private static async Task SaveAsync(HttpContext http, string key, IPromptStore store, VariableResolver variables)
    {
        var name = Plain(key);
        var prompt = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Prompt);
        if (prompt.Key.Length > 0 && prompt.Key != name) throw new TurnException(TurnErrorCode.RequestInvalid, $"The body's key \"{prompt.Key}\" is not the address's \"{name}\".") { Field = "key" };
        await AnswerAsync(http, await store.SaveAsync(Checked(prompt with { Key = name }, variables), Expected(http), http.RequestAborted), 200);
    }

    private static Prompt Checked(Prompt prompt, VariableResolver variables)
    {
        PromptRules.Check(prompt, variables.ComputedNames);
        return prompt;
    }

    private static int? Expected(HttpContext http)
    {
        var match = http.Request.Headers.IfMatch.ToString();
        if (match.Length == 0 || match == "*") return null;
        return int.TryParse(match.Trim('"'), out var version) && version >= 0 ? version : throw new TurnException(TurnErrorCode.VersionConflict, $"If-Match is {match}; it must be the ETag of a version, such as \"3\".") { Field = "If-Match" };
    }

    private static Task AnswerAsync(HttpContext http, Prompt prompt, int status)
    {
        http.Response.Headers.ETag = $"\"{prompt.Version?.ToString(CultureInfo.InvariantCulture)}\"";
        return Body.WriteAsync(http, prompt, TurnpikeJson.Relaxed.Prompt, status);
    }

    private static string Plain(string key) => key.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<TurnException> NotFoundAsync(IPromptStore store, string key, string? version, CancellationToken cancellationToken)
    {
        var isKnown = version is not null && await store.FindAsync(key, null, cancellationToken) is not null;
        var message = isKnown ? $"Prompt \"{key}\" has no version or label \"{version}\"." : $"There is no prompt \"{key}\".{Nearest.Hint(key, await store.KeysAsync(cancellationToken))}";
        return new(TurnErrorCode.PromptNotFound, message) { Field = "key" };
    }
}
