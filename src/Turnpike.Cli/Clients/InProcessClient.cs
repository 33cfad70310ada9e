using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Providers;
using Turnpike.Storage;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Json;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;
using Turnpike.Turns.Usage;

namespace Turnpike.Cli.Clients;

/// <summary>Runs turns in this process and keeps them in one SQLite file.</summary>
/// <param name="services">The library, its stores and its providers; disposed with this.</param>
internal sealed class InProcessClient(ServiceProvider services) : ITurnpike
{
    private const int MostTurns = 10_000;

    /// <summary>The library over a data folder. Providers are found by the environment; the model of turns that name none is <c>TURNPIKE_MODEL</c>.</summary>
    public static InProcessClient Open(string data, Surroundings here)
    {
        var services = new ServiceCollection();
        services.AddSingleton(here.Time);
        var turnpike = services.AddTurnpike().AddBuiltInPrompts(stores => stores.AddTurnpikeSqlite(Path.Combine(Path.GetFullPath(data), "turnpike.db")));
        foreach (var provider in ModelProviders.Discover(new ProviderSettings().WithEnvironment(here.Variable))) turnpike.AddModels(provider);
        if (here.Variable("TURNPIKE_MODEL") is { } model) turnpike.UseModel(model);
        return new(services.BuildServiceProvider());
    }

    private TurnRunner Runner => services.GetRequiredService<TurnRunner>();
    private IPromptStore Prompts => services.GetRequiredService<IPromptStore>();
    private IConversationStore Conversations => services.GetRequiredService<IConversationStore>();
    private ITurnStore Turns => services.GetRequiredService<ITurnStore>();

    /// <inheritdoc/>
    public async IAsyncEnumerable<TurnEvent> RunAsync(TurnRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Runner.TendAsync(cancellationToken); // ends what a killed process left running, so that its conversation can go on
        await foreach (var happened in Runner.RunAsync(request, cancellationToken)) yield return happened;
    }

    /// <inheritdoc/>
    public Task CancelAsync(string turn, CancellationToken cancellationToken) => Runner.CancelAsync(turn, cancellationToken);

    /// <inheritdoc/>
    public async Task<JsonElement> PreviewAsync(TurnRequest request, CancellationToken cancellationToken) => JsonOf(await Runner.PreviewAsync(request, cancellationToken));

    /// <inheritdoc/>
    public async Task<Turn> TurnAsync(string id, CancellationToken cancellationToken) => await Turns.FindAsync(id, cancellationToken) ?? throw NoTurn(id);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TraceStation>> TraceAsync(string turn, CancellationToken cancellationToken) =>
        await Turns.TraceAsync(turn, cancellationToken) is { } trace ? JsonSerializer.Deserialize(trace.Span, TurnpikeJson.Relaxed.IReadOnlyListTraceStation)! : throw NoTurn(turn);

    /// <inheritdoc/>
    public Task<Page<Prompt>> PromptsAsync(PromptQuery query, CancellationToken cancellationToken) => Prompts.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<Prompt> PromptAsync(PromptReference reference, CancellationToken cancellationToken) =>
        (await services.GetRequiredService<PromptResolver>().ResolveAsync(reference, cancellationToken)).Prompt;

    /// <inheritdoc/>
    public Task<Prompt> SavePromptAsync(Prompt prompt, CancellationToken cancellationToken) => Prompts.SaveAsync(prompt, expectedVersion: null, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Conversation>> ConversationsAsync(ConversationQuery query, CancellationToken cancellationToken) => Conversations.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<Conversation> ConversationAsync(string id, CancellationToken cancellationToken) =>
        await Conversations.FindAsync(id, cancellationToken) ?? throw new TurnException(TurnErrorCode.ConversationNotFound, $"There is no conversation \"{id}\".");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Turn>> TurnsAsync(Conversation conversation, CancellationToken cancellationToken) =>
        conversation.Head is { } head ? await Turns.PathAsync(head, MostTurns, cancellationToken) : [];

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelInfo>> ModelsAsync(Action<string> warn, CancellationToken cancellationToken) =>
        services.GetRequiredService<ModelCatalog>().ListAsync((provider, error) => warn(CatalogWarning.Provider(provider, error.Message)), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ToolRow>> ToolsAsync(Action<string> warn, CancellationToken cancellationToken) =>
        [.. (await services.GetRequiredService<ToolCatalog>().ListAsync((source, error) => warn(CatalogWarning.Tools(source, error.Message)), cancellationToken)).Select(tool => new ToolRow(tool.Name, tool.Function.Description, tool.Source))];

    /// <inheritdoc/>
    public Task<UsageReport> UsageAsync(UsageQuery query, CancellationToken cancellationToken) => services.GetRequiredService<IUsageStore>().SumAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TriggerCatalogEntry>> TriggersAsync(CancellationToken cancellationToken) => Task.FromResult(services.GetRequiredService<TriggerCatalog>().Entries);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CompletionItem>> CompleteAsync(string text, int caret, CancellationToken cancellationToken) => await services.GetRequiredService<TriggerCompletion>().CompleteAsync(text, caret, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken cancellationToken) => [.. (await services.GetRequiredService<KeyRing>().AllAsync(cancellationToken)).Select(kept => kept.Key)];

    /// <inheritdoc/>
    public Task<IssuedKey> CreateKeyAsync(NewKey asked, CancellationToken cancellationToken) => Keys.CreateAsync(asked, cancellationToken);

    /// <inheritdoc/>
    public async Task RevokeKeyAsync(string id, CancellationToken cancellationToken) => _ = await Keys.RevokeAsync(id, cancellationToken) ?? throw NoKey(id);

    /// <inheritdoc/>
    public async Task<IssuedKey> RotateKeyAsync(string id, TimeSpan grace, CancellationToken cancellationToken) => await Keys.RotateAsync(id, grace, cancellationToken) ?? throw NoKey(id);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static JsonElement JsonOf(PreparedTurn prepared)
    {
        var json = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) PreviewJson.Write(writer, prepared);
        var reader = new Utf8JsonReader(json.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private KeyDesk Keys => services.GetRequiredService<KeyDesk>();

    private static TurnException NoKey(string id) => new(TurnErrorCode.RequestInvalid, $"There is no key \"{id}\".");

    private static TurnException NoTurn(string id) => new(TurnErrorCode.TurnNotFound, $"There is no turn \"{id}\".");
}
