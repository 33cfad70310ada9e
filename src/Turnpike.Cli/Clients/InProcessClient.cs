using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Opening;
using Turnpike.Pipeline;
using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Prompts.Comparing;
using Turnpike.Prompts.Imports;
using Turnpike.Prompts.Testing;
using Turnpike.Providers;
using Turnpike.Providers.Mcp;
using Turnpike.Providers.Mcp.Serving;
using Turnpike.Tools;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;
using Turnpike.Turns.Projects;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;
using Turnpike.Turns.Usage;

namespace Turnpike.Cli.Clients;

/// <summary>Runs turns in this process and keeps them in the data folder, or in the PostgreSQL that the environment names.</summary>
/// <param name="services">The library, its stores and its providers; disposed with this.</param>
internal sealed class InProcessClient(ServiceProvider services) : ITurnpike
{
    private const int MostTurns = 10_000;
    private bool _hasEnded; // a turn was run to its end

    /// <summary>The library over what is kept, as <see cref="DataChoice"/> finds it. Providers are found by the environment; the model of turns that name none is <c>TURNPIKE_MODEL</c>.</summary>
    public static InProcessClient Open(string data, Surroundings here)
    {
        var services = new ServiceCollection();
        services.AddSingleton(here.Time);
        var turnpike = services.AddTurnpike().AddBuiltInPrompts(stores => DataChoice.Add(stores, Path.GetFullPath(data), here));
        foreach (var provider in ModelProviders.Discover(new ProviderSettings().WithEnvironment(here.Variable))) turnpike.AddModels(provider);
        services.AddToolServers();
        services.AddMcpServing();
        if ((here.Variable("TURNPIKE_MODEL") ?? here.Variable("Turnpike__Model")) is { Length: > 0 } model) turnpike.UseModel(model);
        services.PostConfigure<ModelCatalogOptions>(models => ModelsFile.AddTo(Path.GetFullPath(data), models.Models));
        return new(services.BuildServiceProvider());
    }

    private TurnRunner Runner => services.GetRequiredService<TurnRunner>();
    private IPromptStore Prompts => services.GetRequiredService<IPromptStore>();
    private IConversationStore Conversations => services.GetRequiredService<IConversationStore>();
    private ITurnStore Turns => services.GetRequiredService<ITurnStore>();

    /// <inheritdoc/>
    public ISettings Settings => new InProcessSettings(services.GetRequiredService<ISettingsStore>(), services.GetRequiredService<SharedLayers>(), services.GetRequiredService<ProjectMembership>(), services.GetRequiredService<ProjectMaking>());

    /// <inheritdoc/>
    public ITests Tests => new InProcessTests(services.GetRequiredService<IPromptTests>(), services.GetRequiredService<PromptTester>(), services.GetRequiredService<PromptResolver>());

    /// <inheritdoc/>
    public async IAsyncEnumerable<TurnEvent> RunAsync(TurnRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Runner.TendAsync(cancellationToken); // ends what a killed process left running, so that its conversation can go on
        await foreach (var happened in Runner.RunAsync(request, cancellationToken)) yield return happened;
        _hasEnded = true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TurnEvent> FollowAsync(string turn, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var events in Runner.SubscribeAsync(turn, after, cancellationToken))
        {
            foreach (var happened in events) yield return happened;
        }
    }

    /// <inheritdoc/>
    public Task CancelAsync(string turn, CancellationToken cancellationToken) => Runner.CancelAsync(turn, cancellationToken);

    /// <inheritdoc/>
    public async Task<JsonElement> PreviewAsync(TurnRequest request, CancellationToken cancellationToken) => JsonOf(await Runner.PreviewAsync(request, cancellationToken));

    /// <inheritdoc/>
    public async Task<Turn> TurnAsync(string id, CancellationToken cancellationToken) => await Turns.FindAsync(id, cancellationToken) ?? throw NoTurn(id);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> SiblingsAsync(Turn turn, CancellationToken cancellationToken) => (await Turns.SiblingsAsync(await ConversationAsync(turn.Conversation, cancellationToken), turn.Id, 1, cancellationToken))[turn.Id];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TraceStation>> TraceAsync(string turn, CancellationToken cancellationToken) =>
        await Turns.TraceAsync(turn, cancellationToken) is { } trace ? JsonSerializer.Deserialize(trace.Span, TurnpikeJson.Relaxed.IReadOnlyListTraceStation)! : throw NoTurn(turn);

    /// <inheritdoc/>
    public Task<ReplayReport> ReplayAsync(string turn, CancellationToken cancellationToken) => services.GetRequiredService<TurnReplay>().ReplayAsync(turn, asking: null, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Prompt>> PromptsAsync(PromptQuery query, CancellationToken cancellationToken) => Prompts.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<Prompt> PromptAsync(PromptReference reference, CancellationToken cancellationToken) =>
        (await services.GetRequiredService<PromptResolver>().ResolveAsync(reference, cancellationToken)).Prompt;

    /// <inheritdoc/>
    public Task<Prompt> SavePromptAsync(Prompt prompt, string? project, CancellationToken cancellationToken) =>
        services.GetRequiredService<ProjectMaking>().PromptAsync(project, prompt.Key, () => services.GetRequiredService<PromptKeeper>().SaveAsync(prompt, expectedVersion: null, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<PromptDiff> DiffAsync(string key, string from, string to, CancellationToken cancellationToken)
    {
        var resolver = services.GetRequiredService<PromptResolver>();
        var (a, b) = (await resolver.ResolveAsync(new PromptReference { Id = key, Version = from }, cancellationToken), await resolver.ResolveAsync(new PromptReference { Id = key, Version = to }, cancellationToken));
        return PromptDiff.Of(a.Prompt, b.Prompt);
    }

    /// <inheritdoc/>
    public Task<PromptReview> LintAsync(Prompt prompt, bool bringsPartials, CancellationToken cancellationToken) => services.GetRequiredService<PromptValidator>().ReviewAsync(prompt, bringsPartials, cancellationToken);

    /// <inheritdoc/>
    public Task<ImportReport> ImportAsync(string text, ImportOptions options, CancellationToken cancellationToken) => services.GetRequiredService<PromptImporter>().ImportAsync(text, options, cancellationToken);

    /// <inheritdoc/>
    public Task ClearPromptCacheAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<PromptResolver>().Clear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ArchivePromptAsync(string key, CancellationToken cancellationToken)
    {
        await PromptAsync(key, cancellationToken);
        if (!await Prompts.ArchiveAsync(key, isArchived: true, cancellationToken)) throw new TurnException(TurnErrorCode.RequestInvalid, $"Prompt \"{key}\" ships with the product and cannot be archived.");
    }

    /// <inheritdoc/>
    public async Task RestorePromptAsync(string key, CancellationToken cancellationToken)
    {
        if (!await Prompts.ArchiveAsync(key, isArchived: false, cancellationToken)) await PromptAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task LabelPromptAsync(string key, string label, int version, bool force, CancellationToken cancellationToken)
    {
        await PromptAsync(new PromptReference { Id = key, Version = version.ToString(System.Globalization.CultureInfo.InvariantCulture) }, cancellationToken);
        if (!force) await services.GetRequiredService<PromptTester>().BeforeLabelAsync(key, label, version, new(), cancellationToken);
        await Prompts.LabelAsync(key, label, version, force, cancellationToken);
    }

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
    public async Task<ImportReport> ImportConversationsAsync(ReadOnlyMemory<byte> file, bool dryRun, string? project, CancellationToken cancellationToken)
    {
        try
        {
            using var json = JsonDocument.Parse(file.Span.StartsWith("\uFEFF"u8) ? file[3..] : file);
            return await services.GetRequiredService<ConversationImport>().RunAsync(json.RootElement, dryRun, project, cancellationToken);
        }
        catch (JsonException error)
        {
            throw new TurnException(TurnErrorCode.RequestInvalid, $"The file is no JSON: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public async Task<string> ExportConversationAsync(string id, bool asMarkdown, CancellationToken cancellationToken)
    {
        var (conversation, export) = (await ConversationAsync(id, cancellationToken), services.GetRequiredService<ConversationExport>());
        if (asMarkdown) return await export.MarkdownAsync(conversation, cancellationToken);
        var json = new ArrayBufferWriter<byte>(4096);
        await using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) await export.WriteJsonAsync(writer, conversation, cancellationToken);
        return System.Text.Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <inheritdoc/>
    public Task AnswerAsync(string turn, CallAnswer answer, CancellationToken cancellationToken) => Runner.AnswerAsync(turn, [answer], cancellationToken);

    /// <inheritdoc/>
    public async Task<JsonElement> CallToolAsync(string name, JsonElement arguments, CancellationToken cancellationToken)
    {
        var tried = await services.GetRequiredService<ToolTrials>().CallAsync(name, arguments, approved: true, cancellationToken);
        return Json(writer =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName(ToolValues.IsError(tried.Result) ? "error" : "result");
            ToolValues.Write(writer, tried.Result.Result);
            writer.WriteEndObject();
        });
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JsonElement>> ToolServersAsync(CancellationToken cancellationToken) =>
        [.. (await Servers.ListAsync(cancellationToken)).Select(row => Json(writer => ToolServerJson.Write(writer, row.Server, row.Health, row.Configured)))];

    /// <inheritdoc/>
    public Task SaveToolServerAsync(ToolServer server, CancellationToken cancellationToken) => Servers.SaveAsync(server with { Private = true }, cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveToolServerAsync(string name, CancellationToken cancellationToken)
    {
        if (!await Servers.DeleteAsync(name, cancellationToken)) throw NoServer(name);
    }

    /// <inheritdoc/>
    public async Task<JsonElement> TestToolServerAsync(string name, CancellationToken cancellationToken)
    {
        var health = await Servers.TestAsync(name, cancellationToken) ?? throw NoServer(name);
        return Json(writer => ToolServerJson.Write(writer, name, health));
    }

    /// <inheritdoc/>
    public async Task ServeMcpAsync(TextReader from, TextWriter to, CancellationToken cancellationToken)
    {
        using var lines = new McpLines(services.GetRequiredService<McpDispatcher>(), from, to);
        await lines.RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<UsageReport> UsageAsync(UsageQuery query, CancellationToken cancellationToken) =>
        await (await services.GetRequiredService<IUsageStore>().SumAsync(query, cancellationToken)).WithKeyNamesAsync(services.GetRequiredService<KeyRing>(), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TriggerCatalogEntry>> TriggersAsync(CancellationToken cancellationToken) => Task.FromResult(services.GetRequiredService<TriggerCatalog>().Entries);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CompletionItem>> CompleteAsync(CompletionQuestion question, CancellationToken cancellationToken)
    {
        var prompt = question.Prompt is { } name && PromptReference.Parse(name) is { Id: { } key } asked ? await Prompts.FindAsync(key, asked.Version, cancellationToken) : null;
        var conversation = question.Conversation is { } id ? await Conversations.FindAsync(id, cancellationToken) : null;
        return await services.GetRequiredService<TriggerCompletion>().CompleteAsync(question.Text, question.Caret, prompt is null ? null : new(prompt), conversation, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken cancellationToken) => [.. (await services.GetRequiredService<KeyRing>().AllAsync(cancellationToken)).Select(kept => kept.Key)];

    /// <inheritdoc/>
    public Task<IssuedKey> CreateKeyAsync(NewKey asked, CancellationToken cancellationToken) => Keys.CreateAsync(asked, cancellationToken);

    /// <inheritdoc/>
    public async Task<AccessKey> ChangeKeyAsync(string id, JsonElement change, CancellationToken cancellationToken) => (await Keys.ChangeAsync(id, key => KeyChange.Over(key, change), cancellationToken) ?? throw NoKey(id)).Now;

    /// <inheritdoc/>
    public async Task RevokeKeyAsync(string id, CancellationToken cancellationToken) => _ = await Keys.RevokeAsync(id, cancellationToken) ?? throw NoKey(id);

    /// <inheritdoc/>
    public async Task<IssuedKey> RotateKeyAsync(string id, TimeSpan grace, CancellationToken cancellationToken) => await Keys.RotateAsync(id, grace, cancellationToken) ?? throw NoKey(id);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditEntry>> AuditAsync(long after, int limit, CancellationToken cancellationToken) => services.GetRequiredService<IAuditLog>().ReadAsync(after, limit, cancellationToken);

    /// <summary>Waits for turns that run beside one that has ended; whoever left in the middle waits for none.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_hasEnded) await Task.WhenAll(Runner.Running.Select(turn => Runner.WaitAsync(turn, CancellationToken.None)));
        await services.DisposeAsync();
    }

    private ToolServers Servers => services.GetRequiredService<ToolServers>();

    private static TurnException NoServer(string name) => new(TurnErrorCode.ToolUnknown, $"There is no tool server \"{name}\".");

    private static JsonElement JsonOf(PreparedTurn prepared) => Json(writer => PreviewJson.Write(writer, prepared));

    private static JsonElement Json(Action<Utf8JsonWriter> write)
    {
        var json = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(json, TurnpikeJson.Writer)) write(writer);
        var reader = new Utf8JsonReader(json.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }

    private KeyDesk Keys => services.GetRequiredService<KeyDesk>();

    private static TurnException NoKey(string id) => new(TurnErrorCode.RequestInvalid, $"There is no key \"{id}\".");

    private static TurnException NoTurn(string id) => new(TurnErrorCode.TurnNotFound, $"There is no turn \"{id}\".");
}
