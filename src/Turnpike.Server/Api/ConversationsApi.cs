using System.Text.Json;
using Microsoft.Extensions.Options;
using Turnpike.Messages.Resources;
using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Variables;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Resources;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>Conversations, their variables and their turns.</summary>
internal static class ConversationsApi
{
    private const int MostTurns = 10_000;
    private const int TitleLength = 500;

    public static void MapConversations(this WebApplication app)
    {
        var conversations = app.MapGroup("/api/conversations").WithTags("Conversations").RequireScope(Scopes.Conversations);
        conversations.MapPost("", StartAsync).Sends("Location", 201).Describe("startConversation", "Start a conversation", "From a prompt (name or object) with variables; no model is asked.").Takes<ConversationStart>().Answers<Conversation>(201);
        conversations.MapGet("", ListAsync).Describe("listConversations", "List conversations", "Newest change first, in pages. Those that a turn began and of whose turns nothing is stored are left out, unless they have a title, are pinned or starred.").Query("query", "Words: each begins a word of the title or of what was said in a turn.").Query("prompt", "Key of the pinned prompt.").Query("project", "Id of the project.").Switch("pinned", "true or false.").Switch("starred", "true or false.").Query("archived", "true: those put away; any: all. Those put away are left out otherwise.", "true", "false", "any").Pages().Answers<Page<Conversation>>();
        conversations.MapGet("{id}", GetAsync).Describe("readConversation", "Read a conversation", "With its pinned prompt and settings.").Answers<Conversation>();
        conversations.MapPatch("{id}", ChangeAsync).Describe("changeConversation", "Change a conversation", "What is named is replaced, null takes it away; what is left out stays as it is.").Takes<ConversationChange>().Answers<Conversation>();
        conversations.MapDelete("{id}", DeleteAsync).Describe("deleteConversation", "Delete a conversation", "With its turns; those that run or wait are cancelled first, and their readers get turn.cancelled.").AnswersNothing();
        conversations.MapGet("{id}/variables", VariablesAsync).Describe("readVariables", "Read a conversation's variables", "As the next turn would see them: each with the layer that won, why, and what every layer says.").Answers<IReadOnlyDictionary<string, VariableExplanation>>();
        conversations.MapPatch("{id}/variables", SetVariablesAsync).Describe("setVariables", "Set a conversation's variables", "{name: value, …}; null unsets. The answer is all of them, explained.").Takes<Dictionary<string, JsonElement>>().Answers<IReadOnlyDictionary<string, VariableExplanation>>();
        conversations.MapGet("{id}/turns", TurnsAsync).Describe("listTurns", "List a conversation's turns", "The shown branch, oldest first; unbegun has the turns of the conversation that stand in its queue, or ended there before a model was asked.").Query("turn", "The newest turn of another branch.").Switch("branches", "true: each turn with its siblings, the ids of the turns that answer to the same one.").Answers<TurnList<Turn>>();
    }

    private static async Task StartAsync(HttpContext http, IConversationStore store, ISettingsStore settings, ModelCatalog models, PromptResolver prompts, ConversationVariables variables, ResourceReader reader, ProjectAccess access, IOptions<ResourceOptions> options, SecretNames secrets, TimeProvider time)
    {
        var start = await Body.ReadAsync(http, ServerJson.Relaxed.ConversationStart);
        CheckTitle(start.Title);
        SettingsRules.Check(start.Parameters);
        SettingsRules.Check(start.Variables ?? new Dictionary<string, JsonElement>());
        await CheckModelAsync(models, start.Model, http.RequestAborted);
        var prompt = start.Prompt is null ? null : await prompts.ResolveAsync(start.Prompt, http.RequestAborted);
        if (start.Prompt is not null) KeyGuard.Check(start.Prompt, prompt);
        await KnownRules.CheckAsync(settings, Chosen(start.Rules), http.RequestAborted);
        var now = time.GetUtcNow();
        var conversation = new Conversation
        {
            Id = Ids.New("conv"),
            Title = start.Title,
            Prompt = prompt?.Prompt,
            Model = start.Model,
            Parameters = start.Parameters,
            Tools = start.Tools ?? NameSelection.None,
            Rules = start.Rules ?? NameSelection.None,
            Project = await KnownProjectAsync(settings, start.Project, http.RequestAborted) ?? (prompt is null ? null : await access.HomeAsync(prompt.Prompt.Key, http.RequestAborted)),
            CreatedAt = now,
            UpdatedAt = now,
        };
        conversation = ConversationVariables.With(conversation, start.Variables ?? new Dictionary<string, JsonElement>(), now);
        await variables.CheckAsync(http, conversation);
        conversation = conversation with { Resources = await AttachedAsync(http, conversation, start, reader, options.Value.Most) };
        await store.AddAsync(conversation, http.RequestAborted);
        http.Response.Headers.Location = "/api/conversations/" + conversation.Id;
        await ShowAsync(http, conversation, secrets, 201);
    }

    /// <summary>What the prompt brings and what the request attaches, loaded. What is attached takes the place of what the prompt brings with the same id.</summary>
    private static async Task<IReadOnlyList<Resource>> AttachedAsync(HttpContext http, Conversation conversation, ConversationStart start, ResourceReader reader, int most)
    {
        ResourceRules.CheckAll(start.Resources ?? []);
        var given = (conversation.Prompt is { } prompt ? TurnResources.Bound(prompt) : []).Concat(start.Resources ?? []);
        ResourceInput[] inputs = [.. given.Select(input => input with { Id = input.Id ?? Ids.New("res") }).Reverse().DistinctBy(input => input.Id).Reverse()];
        if (inputs.Length > most) throw new TurnException(TurnErrorCode.RequestInvalid, $"A conversation keeps {most} resources (Turnpike:Resources:Most); this one would start with {inputs.Length}, those of its prompt among them.") { Field = "resources" };
        var attached = new List<Resource>(inputs.Length);
        foreach (var input in inputs) attached.Add(await reader.AttachAsync(conversation, input, Caller.User(http), http.RequestAborted));
        return attached;
    }

    private static async Task ListAsync(HttpContext http, IConversationStore store, SecretNames secrets)
    {
        var query = new ConversationQuery
        {
            Query = Query.Sought(http, "query"),
            Prompt = Query.Text(http, "prompt"),
            Project = Query.Text(http, "project"),
            Pinned = Query.Flag(http, "pinned"),
            Starred = Query.Flag(http, "starred"),
            Archived = Query.Text(http, "archived") == "any" ? null : Query.Truth(http, "archived", or: "any"),
            After = Query.Text(http, "after"),
            Limit = Query.Number(http, "limit", 50, 1, 200),
        };
        var page = await store.ListAsync(query, http.RequestAborted);
        await Answer.WriteAsync(http, page with { Data = await secrets.HideAsync(page.Data, http.RequestAborted) }, TurnpikeJson.Relaxed.ConversationPage);
    }

    private static async Task GetAsync(HttpContext http, string id, IConversationStore store, SecretNames secrets) => await ShowAsync(http, await FindAsync(store, id, http.RequestAborted), secrets);

    private static async Task ChangeAsync(HttpContext http, string id, IConversationStore store, ITurnStore turns, ISettingsStore settings, ModelCatalog models, SecretNames secrets, TimeProvider time)
    {
        var change = await Body.ReadAsync(http, ServerJson.Relaxed.ConversationChange);
        CheckTitle(change.Title);
        SettingsRules.Check(change.Parameters);
        await CheckModelAsync(models, change.Model, http.RequestAborted);
        await KnownRules.CheckAsync(settings, Chosen(change.Rules), http.RequestAborted);
        var project = await KnownProjectAsync(settings, change.Project, http.RequestAborted);
        if (change.Head is { } head) CheckHead(id, head, await ConversationTurns.FindAsync(turns, await FindAsync(store, id, http.RequestAborted), head, http.RequestAborted));
        var now = time.GetUtcNow();
        var changed = await store.UpdateAsync(id, conversation => conversation with
        {
            Head = change.Head ?? conversation.Head,
            Pinned = change.Pinned ?? conversation.Pinned,
            Starred = change.Starred ?? conversation.Starred,
            Archived = change.Archived ?? conversation.Archived,
            Model = change.Over(change.Model, conversation.Model, nameof(change.Model)),
            Parameters = change.Over(change.Parameters, conversation.Parameters, nameof(change.Parameters)),
            Tools = change.Over(change.Tools, conversation.Tools, nameof(change.Tools)) ?? NameSelection.None,
            Title = change.Over(change.Title, conversation.Title, nameof(change.Title)),
            Project = change.Over(project, conversation.Project, nameof(change.Project)),
            Beginning = conversation.ForkedFrom is null || change.Over(project, conversation.Project, nameof(change.Project)) == conversation.Project ? conversation.Beginning : null, // that of a turn it does not take along
            Rules = change.Over(change.Rules, conversation.Rules, nameof(change.Rules)) ?? NameSelection.None,
            UpdatedAt = now,
        }, http.RequestAborted);
        await ShowAsync(http, changed ?? throw NotFound(id), secrets);
    }

    private static void CheckHead(string conversation, string head, Turn? turn)
    {
        if (turn is null) throw new TurnException(TurnErrorCode.TurnNotFound, $"Conversation \"{conversation}\" has no turn \"{head}\".") { Field = "head" };
        if (turn.Status == TurnStatus.Queued) throw new TurnException(TurnErrorCode.ConversationBusy, $"Turn \"{head}\" stands in the queue behind another one, and would wait for itself. Show it when it has begun, or cancel it.") { Field = "head" };
    }

    private static async Task DeleteAsync(HttpContext http, string id, TurnRunner runner)
    {
        if (!await runner.DeleteConversationAsync(id, http.RequestAborted)) throw NotFound(id);
        http.Response.StatusCode = 204;
    }

    private static async Task VariablesAsync(HttpContext http, string id, IConversationStore store, ConversationVariables variables) =>
        await ExplainAsync(http, await FindAsync(store, id, http.RequestAborted), variables);

    private static async Task SetVariablesAsync(HttpContext http, string id, IConversationStore store, ConversationVariables variables, TimeProvider time)
    {
        var changes = await Body.ReadAsync(http, TurnpikeJson.Relaxed.DictionaryStringJsonElement);
        SettingsRules.Check(changes);
        var now = time.GetUtcNow();
        await variables.CheckAsync(http, ConversationVariables.With(await FindAsync(store, id, http.RequestAborted), changes, now));
        await ExplainAsync(http, await store.UpdateAsync(id, conversation => ConversationVariables.With(conversation, changes, now), http.RequestAborted) ?? throw NotFound(id), variables);
    }

    private static async Task TurnsAsync(HttpContext http, string id, IConversationStore store, ITurnStore turns)
    {
        var conversation = await FindAsync(store, id, http.RequestAborted);
        var newest = Query.Text(http, "turn") ?? conversation.Head;
        var path = newest is null ? [] : await turns.PathAsync(newest, MostTurns, http.RequestAborted);
        if (newest is not null && (path.Count == 0 || !await ConversationTurns.HasAsync(turns, conversation, path[^1], http.RequestAborted))) throw new TurnException(TurnErrorCode.TurnNotFound, $"Conversation \"{id}\" has no turn \"{newest}\".") { Field = "turn" };
        path = HiddenParts.Without(path, conversation);
        var unbegun = await turns.UnbegunAsync(id, http.RequestAborted) is { Count: > 0 } any ? any : null;
        if (!Query.Truth(http, "branches"))
        {
            await Answer.WriteAsync(http, new TurnList<Turn>(path, unbegun), ServerJson.Relaxed.TurnListTurn);
            return;
        }
        var siblings = newest is null ? new Dictionary<string, IReadOnlyList<string>>() : await turns.SiblingsAsync(conversation, newest, MostTurns, http.RequestAborted);
        await Answer.WriteAsync(http, new TurnList<BranchedTurn>([.. path.Select(turn => new BranchedTurn(turn, siblings.GetValueOrDefault(turn.Id, [turn.Id])))], unbegun), ServerJson.Relaxed.TurnListBranchedTurn);
    }

    private static async Task ExplainAsync(HttpContext http, Conversation conversation, ConversationVariables variables)
    {
        var explained = await variables.ExplainAsync(http, conversation);
        await Answer.WriteAsync(http, explained, TurnpikeJson.Relaxed.IReadOnlyDictionaryStringVariableExplanation);
    }

    /// <summary>Answers with a conversation as it is shown.</summary>
    internal static async Task ShowAsync(HttpContext http, Conversation conversation, SecretNames secrets, int status = 200) =>
        await Answer.WriteAsync(http, (await secrets.HideAsync([conversation], http.RequestAborted))[0], TurnpikeJson.Relaxed.Conversation, status);

    /// <summary>The project's id, when there is such a project.</summary>
    private static async ValueTask<string?> KnownProjectAsync(ISettingsStore settings, string? project, CancellationToken cancellationToken) =>
        project is null || await settings.ChainAsync(project, cancellationToken) is not [] ? project : throw new TurnException(TurnErrorCode.ProjectNotFound, $"There is no project \"{project}\".") { Field = "project" };

    /// <summary>The names that must be known; one that is taken away need not.</summary>
    private static IReadOnlyList<string> Chosen(NameSelection? said) => [.. said?.Only ?? [], .. said?.Add ?? []];

    /// <summary>Refuses a model that a turn could not use.</summary>
    private static async ValueTask CheckModelAsync(ModelCatalog models, string? model, CancellationToken cancellationToken)
    {
        if (model is not null) await models.ChooseAsync(model, cancellationToken);
    }

    private static void CheckTitle(string? title)
    {
        if (title is { Length: > TitleLength }) throw new TurnException(TurnErrorCode.RequestInvalid, FormattableString.Invariant($"The title has {title.Length:N0} characters; it may have {TitleLength}.")) { Field = "title" };
    }

    private static async ValueTask<Conversation> FindAsync(IConversationStore store, string id, CancellationToken cancellationToken) => await store.FindAsync(id, cancellationToken) ?? throw NotFound(id);

    private static TurnException NotFound(string id) => new(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "id" };
}
