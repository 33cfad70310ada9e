using System.Text.Json;
using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Server.Http;
using Turnpike.Turns;
using Turnpike.Turns.Json;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>Conversations, their variables and their turns.</summary>
internal static class ConversationsApi
{
    private const int MostTurns = 10_000;

    public static void MapConversations(this WebApplication app)
    {
        var conversations = app.MapGroup("/api/conversations").WithTags("Conversations");
        conversations.MapPost("", StartAsync).Describe("Start a conversation", "From a prompt (name or object) with variables; no model is asked.", typeof(ConversationStart), typeof(Conversation));
        conversations.MapGet("", ListAsync).Describe("List conversations", "Newest change first, in pages: ?query= ?prompt= ?after= ?limit=.", null, typeof(Page<Conversation>));
        conversations.MapGet("{id}", GetAsync).Describe("Read a conversation", "With its pinned prompt and settings.", null, typeof(Conversation));
        conversations.MapPatch("{id}", ChangeAsync).Describe("Change a conversation", "{title, project, rules}: what is named is replaced", typeof(ConversationChange), typeof(Conversation));
        conversations.MapDelete("{id}", DeleteAsync).Describe("Delete a conversation", "With its turns.");
        conversations.MapGet("{id}/variables", VariablesAsync).Describe("Read a conversation's variables", "Each with its value, the layer that won, why, and every layer's value.");
        conversations.MapPatch("{id}/variables", SetVariablesAsync).Describe("Set a conversation's variables", "{name: value, …}; null unsets.");
        conversations.MapGet("{id}/turns", TurnsAsync).Describe("List a conversation's turns", "The shown branch, oldest first; ?turn= another branch's newest turn.");
    }

    private static async Task StartAsync(HttpContext http, IConversationStore store, ISettingsStore settings, PromptResolver prompts, ConversationVariables variables, TimeProvider time)
    {
        var start = await Body.ReadAsync(http, ServerJson.Relaxed.ConversationStart);
        var prompt = start.Prompt is null ? null : await prompts.ResolveAsync(start.Prompt, http.RequestAborted);
        await KnownRules.CheckAsync(settings, start.Rules ?? [], http.RequestAborted);
        var now = time.GetUtcNow();
        var conversation = new Conversation
        {
            Id = Ids.New("conv"),
            Title = start.Title,
            Prompt = prompt?.Prompt,
            Variables = start.Variables ?? [],
            Model = start.Model,
            Parameters = start.Parameters,
            Tools = NameSelection.Adding(start.Tools ?? []),
            Rules = NameSelection.Adding(start.Rules ?? []),
            Project = await KnownProjectAsync(settings, start.Project, http.RequestAborted),
            CreatedAt = now,
            UpdatedAt = now,
        };
        _ = await variables.ExplainAsync(http, conversation);
        await store.AddAsync(conversation, http.RequestAborted);
        http.Response.Headers.Location = "/api/conversations/" + conversation.Id;
        await Body.WriteAsync(http, conversation, TurnpikeJson.Relaxed.Conversation, 201);
    }

    private static async Task ListAsync(HttpContext http, IConversationStore store) =>
        await Body.WriteAsync(http, await store.ListAsync(new() { Query = Body.Text(http, "query"), Prompt = Body.Text(http, "prompt"), After = Body.Text(http, "after"), Limit = Body.Number(http, "limit", 50, 1, 200) }, http.RequestAborted), TurnpikeJson.Relaxed.ConversationPage);

    private static async Task GetAsync(HttpContext http, string id, IConversationStore store) => await Body.WriteAsync(http, await FindAsync(store, id, http.RequestAborted), TurnpikeJson.Relaxed.Conversation);

    private static async Task ChangeAsync(HttpContext http, string id, IConversationStore store, ISettingsStore settings, TimeProvider time)
    {
        var change = await Body.ReadAsync(http, ServerJson.Relaxed.ConversationChange);
        if (change.Title is { Length: > 500 }) throw new TurnException(TurnErrorCode.RequestInvalid, "A title has at most 500 characters.") { Field = "title" };
        await KnownRules.CheckAsync(settings, change.Rules ?? [], http.RequestAborted);
        var project = await KnownProjectAsync(settings, change.Project, http.RequestAborted);
        var now = time.GetUtcNow();
        var changed = await store.UpdateAsync(id, conversation => conversation with
        {
            Title = change.Title ?? conversation.Title,
            Project = project ?? conversation.Project,
            Rules = change.Rules is { } rules ? NameSelection.Adding(rules) : conversation.Rules,
            UpdatedAt = now,
        }, http.RequestAborted);
        await Body.WriteAsync(http, changed ?? throw NotFound(id), TurnpikeJson.Relaxed.Conversation);
    }

    private static async Task DeleteAsync(HttpContext http, string id, IConversationStore store)
    {
        if (!await store.DeleteAsync(id, http.RequestAborted)) throw NotFound(id);
        http.Response.StatusCode = 204;
    }

    private static async Task VariablesAsync(HttpContext http, string id, IConversationStore store, ConversationVariables variables, TimeProvider time)
    {
        var explained = await variables.ExplainAsync(http, await FindAsync(store, id, http.RequestAborted));
        await Body.WriteAsync(http, explained, TurnpikeJson.Relaxed.IReadOnlyDictionaryStringVariableExplanation);
    }

    private static async Task SetVariablesAsync(HttpContext http, string id, IConversationStore store, ConversationVariables variables, TimeProvider time)
    {
        var changes = await Body.ReadAsync(http, TurnpikeJson.Relaxed.DictionaryStringJsonElement);
        var before = await FindAsync(store, id, http.RequestAborted);
        var now = time.GetUtcNow();
        _ = await variables.ExplainAsync(http, Changed(before));
        var after = await store.UpdateAsync(id, Changed, http.RequestAborted) ?? throw NotFound(id);
        await Body.WriteAsync(http, await variables.ExplainAsync(http, after), TurnpikeJson.Relaxed.IReadOnlyDictionaryStringVariableExplanation);

        Conversation Changed(Conversation conversation)
        {
            var values = new Dictionary<string, JsonElement>(conversation.Variables);
            foreach (var (name, value) in changes)
            {
                if (value.ValueKind == JsonValueKind.Null) values.Remove(name);
                else values[name] = value;
            }
            return conversation with { Variables = values, UpdatedAt = now };
        }
    }

    private static async Task TurnsAsync(HttpContext http, string id, IConversationStore store, ITurnStore turns)
    {
        var conversation = await FindAsync(store, id, http.RequestAborted);
        var newest = Body.Text(http, "turn") ?? conversation.Head;
        var path = newest is null ? [] : await turns.PathAsync(newest, MostTurns, http.RequestAborted);
        if (path.Count > 0 && path[^1].Conversation != id) throw new TurnException(TurnErrorCode.TurnNotFound, $"Conversation \"{id}\" has no turn \"{newest}\".") { Field = "turn" };
        await Body.WriteAsync(http, new Page<Turn>(path, null), ServerJson.Relaxed.PageTurn);
    }

    /// <summary>The project's id, when there is such a project.</summary>
    private static async ValueTask<string?> KnownProjectAsync(ISettingsStore settings, string? project, CancellationToken cancellationToken) =>
        project is null || await settings.ChainAsync(project, cancellationToken) is not [] ? project : throw new TurnException(TurnErrorCode.ProjectNotFound, $"There is no project \"{project}\".") { Field = "project" };

    private static async ValueTask<Conversation> FindAsync(IConversationStore store, string id, CancellationToken cancellationToken) => await store.FindAsync(id, cancellationToken) ?? throw NotFound(id);

    private static TurnException NotFound(string id) => new(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".") { Field = "id" };
}
