using System.Text.Json;
using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>What there is to choose from: models, triggers.</summary>
internal static class CatalogApi
{
    public static void MapCatalogs(this WebApplication app)
    {
        var api = app.MapGroup("/api").WithTags("Catalogs").RequireKey();
        api.MapGet("models", ModelsAsync).Describe("listModels", "List models", "{data: [model], default, unavailable: [{provider, code, message}]}: the models of all providers, and the providers that could not be asked. Where nobody says what a model reads or whether it calls tools, input is [\"text\"] and tools true; turns try it with anything.").AnswersJson();
        api.MapGet("triggers", TriggersAsync).Describe("listTriggers", "List triggers", "The trigger catalog with its arguments.").Answers<IReadOnlyList<TriggerCatalogEntry>>();
        api.MapPost("triggers/complete", CompleteAsync).Describe("completeTrigger", "Complete a trigger", "{items: [{label, insertText, span, detail}]}: what could stand at the caret. Runs nothing.").Takes<CompletionQuestion>().AnswersJson();
    }

    private static async Task ModelsAsync(HttpContext http, ModelCatalog catalog)
    {
        var failures = new List<(string Provider, TurnException Error)>();
        var models = await catalog.ListAsync((provider, error) => failures.Add((provider, error)), http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data");
            foreach (var model in models) JsonSerializer.Serialize(writer, Whole(model), TurnpikeJson.Relaxed.ModelInfo);
            writer.WriteEndArray();
            writer.WriteString("default", catalog.Default);
            writer.WriteStartArray("unavailable");
            foreach (var (provider, error) in failures)
            {
                writer.WriteStartObject();
                writer.WriteString("provider", provider);
                writer.WriteString("code", error.Code.Text());
                writer.WriteString("message", error.Message);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <summary>What nobody says of a model is told as what most of them are; a turn tries it all the same.</summary>
    private static ModelInfo Whole(ModelInfo model) => model with { Input = model.Input ?? ["text"], Tools = model.Tools ?? true };

    private static Task TriggersAsync(HttpContext http, TriggerCatalog catalog) => Answer.WriteAsync(http, catalog.Entries, ServerJson.Relaxed.IReadOnlyListTriggerCatalogEntry);

    /// <summary>The prompt that the turn will have. One that is not there, or that the key may not run, helps nobody who types, and is no error.</summary>
    private static async ValueTask<ResolvedPrompt?> PromptAsync(PromptReference asked, PromptResolver prompts, CancellationToken cancellationToken)
    {
        try
        {
            var prompt = await prompts.ResolveAsync(asked, cancellationToken);
            KeyGuard.Check(asked, prompt);
            return prompt;
        }
        catch (TurnException)
        {
            return null;
        }
    }

    private static async Task CompleteAsync(HttpContext http, TriggerCompletion completion, PromptResolver prompts, IConversationStore conversations)
    {
        var question = await Body.ReadAsync(http, ServerJson.Relaxed.CompletionQuestion);
        var prompt = question.Prompt is { } asked ? await PromptAsync(asked, prompts, http.RequestAborted) : null;
        var conversation = question.Conversation is { } id ? await conversations.FindAsync(id, http.RequestAborted) : null;
        var items = await completion.CompleteAsync(question.Text, question.Caret ?? question.Text.Length, prompt, conversation, http.RequestAborted);
        await Answer.WriteAsync(http, writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("items");
            JsonSerializer.Serialize(writer, items, ServerJson.Relaxed.IReadOnlyListCompletionItem);
            writer.WriteEndObject();
        });
    }
}
