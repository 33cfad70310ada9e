using System.Globalization;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Settings;

namespace Turnpike.Server.Api;

/// <summary>Keeping rules, and the tags that bundle them.</summary>
internal static class RulesApi
{
    public static void MapRules(this WebApplication app)
    {
        var rules = app.MapGroup("/api/rules").WithTags("Rules").RequireScope(read: Scopes.PromptsRead, write: Scopes.PromptsWrite);
        rules.MapGet("", ListAsync).Describe("listRules", "List rules", "By name, in pages.").Query("query", "Words that the name holds.").Pages().Answers<Page<Rule>>();
        rules.MapPost("", CreateAsync).Sends("ETag").Sends("Location", 201).Describe("createRule", "Create a rule", "It counts from the next turn on.").Query("project", "The project it belongs to from the beginning: it takes an editor there.").Takes<Rule>().Answers<Rule>(201);
        rules.MapGet("{id}", GetAsync).Sends("ETag").Describe("readRule", "Read a rule", "By id or name. Its revision is the ETag.").Answers<Rule>();
        rules.MapPut("{id}", SaveAsync).Sends("ETag").Describe("saveRule", "Save a rule", "In place of the one with this id or name; it counts from the next turn on. Without a name it keeps the one it has.").Query("project", "A project that it must belong to already.").Header("If-Match", "The ETag read before: guards against lost updates.").Header("If-None-Match", "*: there must be none yet.").Takes<Rule>().Answers<Rule>();
        rules.MapDelete("{id}", DeleteAsync).Describe("deleteRule", "Delete a rule", "By id or name.").Header("If-Match", "The ETag read before: another one is not deleted.").AnswersNothing();
        var tags = app.MapGroup("/api/tags").WithTags("Rules").RequireScope(read: Scopes.PromptsRead, write: Scopes.PromptsWrite);
        tags.MapGet("", ListTagsAsync).Describe("listTags", "List tags", "By name, in pages.").Query("query", "Words that the name holds.").Pages().Answers<Page<Tag>>();
        tags.MapPost("", CreateTagAsync).Sends("ETag").Sends("Location", 201).Describe("createTag", "Create a tag", "A bundle of rules, by their ids or names.").Takes<Tag>().Answers<Tag>(201);
        tags.MapGet("{name}", GetTagAsync).Sends("ETag").Describe("readTag", "Read a tag", "With the names of its rules. Its revision is the ETag.").Answers<Tag>();
        tags.MapPut("{name}", SaveTagAsync).Sends("ETag").Describe("saveTag", "Save a tag", "From now on it bundles exactly these rules. The body need not repeat the name.").Header("If-Match", "The ETag read before: guards against lost updates.").Header("If-None-Match", "*: there must be none yet.").Takes<Tag>().Answers<Tag>();
        tags.MapDelete("{name}", DeleteTagAsync).Describe("deleteTag", "Delete a tag", "Not its rules.").Header("If-Match", "The ETag read before: another one is not deleted.").AnswersNothing();
    }

    private static async Task ListAsync(HttpContext http, ISettingsStore store) => await Answer.WriteAsync(http, await store.ListRulesAsync(ListQuery.Of(http), http.RequestAborted), TurnpikeJson.Relaxed.RulePage);

    private static async Task CreateAsync(HttpContext http, ProjectMaking making)
    {
        var rule = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Rule);
        SettingsRules.Check(rule);
        var saved = await making.RuleAsync(Query.Text(http, "project"), rule, 0, http.RequestAborted);
        http.Response.Headers.Location = "/api/rules/" + Uri.EscapeDataString(saved.Id);
        await AnswerAsync(http, saved, 201);
    }

    private static async Task GetAsync(HttpContext http, string id, ISettingsStore store) => await AnswerAsync(http, await FindAsync(store, id, http.RequestAborted));

    private static async Task SaveAsync(HttpContext http, string id, ISettingsStore store, ProjectMaking making)
    {
        var rule = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Rule);
        var kept = await FindAsync(store, id, http.RequestAborted);
        if (rule.Name.Length == 0) rule = rule with { Name = kept.Name };
        SettingsRules.Check(rule);
        if (rule.Id.Length > 0 && rule.Id != kept.Id) throw new TurnException(TurnErrorCode.RequestInvalid, $"The body's id \"{rule.Id}\" is not that of \"{id}\".") { Field = "id" };
        var expected = await IfMatch.ForSaveAsync(http, () => Task.FromResult<int?>(kept.Revision));
        await AnswerAsync(http, await making.RuleAsync(Query.Text(http, "project"), rule with { Id = kept.Id }, expected, http.RequestAborted));
    }

    private static async Task DeleteAsync(HttpContext http, string id, ISettingsStore store)
    {
        var kept = await FindAsync(store, id, http.RequestAborted);
        var expected = await IfMatch.RequireAsync(http, ($"Rule \"{id}\"", "revision"), () => Task.FromResult<int?>(kept.Revision));
        await store.DeleteRuleAsync(kept.Id, expected, http.RequestAborted);
        http.Response.StatusCode = 204;
    }

    private static async Task ListTagsAsync(HttpContext http, ISettingsStore store) => await Answer.WriteAsync(http, await store.ListTagsAsync(ListQuery.Of(http), http.RequestAborted), TurnpikeJson.Relaxed.TagPage);

    private static async Task CreateTagAsync(HttpContext http, ISettingsStore store)
    {
        var tag = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Tag);
        SettingsRules.Check(tag);
        var saved = await store.AddTagAsync(tag, http.RequestAborted);
        http.Response.Headers.Location = "/api/tags/" + Uri.EscapeDataString(tag.Name);
        await AnswerAsync(http, saved, 201);
    }

    private static async Task GetTagAsync(HttpContext http, string name, ISettingsStore store) => await AnswerAsync(http, await store.FindTagAsync(name, http.RequestAborted) ?? throw NoTag(name));

    private static async Task SaveTagAsync(HttpContext http, string name, ISettingsStore store)
    {
        var tag = await Body.ReadAsync(http, TurnpikeJson.Relaxed.Tag);
        if (tag.Name.Length == 0) tag = tag with { Name = name };
        SettingsRules.Check(tag);
        if (!tag.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) throw new TurnException(TurnErrorCode.RequestInvalid, $"The body's name \"{tag.Name}\" is not the address's \"{name}\".") { Field = "name" };
        var expected = await IfMatch.ForSaveAsync(http, async () => (await store.FindTagAsync(name, http.RequestAborted))?.Revision);
        await AnswerAsync(http, await store.SaveTagAsync(tag, expected, http.RequestAborted));
    }

    private static async Task DeleteTagAsync(HttpContext http, string name, ISettingsStore store)
    {
        var expected = await IfMatch.RequireAsync(http, ($"Tag \"{name}\"", "revision"), async () => (await store.FindTagAsync(name, http.RequestAborted) ?? throw NoTag(name)).Revision);
        if (!await store.DeleteTagAsync(name, expected, http.RequestAborted)) throw NoTag(name);
        http.Response.StatusCode = 204;
    }

    private static Task AnswerAsync(HttpContext http, Rule rule, int status = 200)
    {
        http.Response.Headers.ETag = TagOf(rule.Revision);
        return Answer.WriteAsync(http, rule, TurnpikeJson.Relaxed.Rule, status);
    }

    private static Task AnswerAsync(HttpContext http, Tag tag, int status = 200)
    {
        http.Response.Headers.ETag = TagOf(tag.Revision);
        return Answer.WriteAsync(http, tag, TurnpikeJson.Relaxed.Tag, status);
    }

    private static string TagOf(int revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    private static async ValueTask<Rule> FindAsync(ISettingsStore store, string id, CancellationToken cancellationToken) => await store.FindRuleAsync(id, cancellationToken)
        ?? throw new TurnException(TurnErrorCode.RuleNotFound, $"There is no rule \"{id}\".{Nearest.Hint(id, await store.RuleNamesAsync(cancellationToken))}") { Field = "id" };

    private static TurnException NoTag(string name) => new(TurnErrorCode.RuleNotFound, $"There is no tag \"{name}\".") { Field = "name" };
}
