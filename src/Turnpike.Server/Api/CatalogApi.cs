using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Server.Access;
using Turnpike.Server.Http;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Stores;

namespace Turnpike.Server.Api;

/// <summary>What there is to choose from: models, triggers.</summary>
internal static partial class CatalogApi
{
    public static void MapCatalogs(this WebApplication app)
    {
        var api = app.MapGroup("/api").WithTags("Catalogs").RequireKey();
        api.MapGet("models", ModelsAsync).Describe("listModels", "List models", "{data: [model], default?, unavailable: [{provider, code, message}]}: the models of all providers, the one of turns that name none, if the key may use it, and the providers that could not be asked. Where nobody says what a model reads or whether it calls tools, input is [\"text\"] and tools true; turns try it with anything.").Answers<ModelList>();
        api.MapGet("triggers", TriggersAsync).Describe("listTriggers", "List triggers", "The trigger catalog with its arguments.").Answers<IReadOnlyList<TriggerCatalogEntry>>();
        api.MapPost("triggers/complete", CompleteAsync).Describe("completeTrigger", "Complete a trigger", "{items: [{label, insertText, span, detail}]}: what could stand at the caret. Runs nothing.").Takes<CompletionQuestion>().Answers<CompletionList>();
    }

    private static async Task ModelsAsync(HttpContext http, ModelCatalog catalog, ILogger<ModelCatalog> logger)
    {
        var failures = new List<UnavailableProvider>();
        var models = await catalog.ListAsync((provider, error) =>
        {
            if (error.Code == TurnErrorCode.InternalError) NotListed(logger, provider, error.InnerException ?? error);
            failures.Add(new(provider, error.Code.Text(), error.Message));
        }, http.RequestAborted);
        var standard = KeyScope.AllowsModel(catalog.Aliases.GetValueOrDefault(catalog.Default, catalog.Default)) ? catalog.Default : null;
        await Answer.WriteAsync(http, new([.. models.Select(Whole)], standard, failures), ServerJson.Relaxed.ModelList);
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
        var caret = question.Caret ?? question.Text.Length;
        if (caret < 0 || caret > question.Text.Length) throw new TurnException(TurnErrorCode.RequestInvalid, $"\"caret\" is {caret}; the text has {question.Text.Length} UTF-16 units, so it must be from 0 to that.") { Field = "caret" };
        var prompt = question.Prompt is { } asked ? await PromptAsync(asked, prompts, http.RequestAborted) : null;
        var conversation = question.Conversation is { } id ? await conversations.FindAsync(id, http.RequestAborted) : null;
        var items = await completion.CompleteAsync(question.Text, caret, prompt, conversation, http.RequestAborted);
        await Answer.WriteAsync(http, new(items), ServerJson.Relaxed.CompletionList);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Provider {Provider} could not list its models")]
    private static partial void NotListed(ILogger logger, string provider, Exception fault);
}
