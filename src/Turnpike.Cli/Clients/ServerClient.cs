using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Turnpike.Client;
using Turnpike.Prompts;
using Turnpike.Prompts.Checking;
using Turnpike.Prompts.Comparing;
using Turnpike.Prompts.Imports;
using Turnpike.Triggers;
using Turnpike.Triggers.Completion;
using Turnpike.Turns;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Events;
using Turnpike.Turns.Imports;
using Turnpike.Turns.Json;
using Turnpike.Turns.Recordings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Tracing;
using Turnpike.Turns.Usage;

namespace Turnpike.Cli.Clients;

/// <summary>Talks to a server in its native API. Turns run there: they go on when this process ends.</summary>
/// <param name="http">A client with the server's address and, if it wants one, the key; disposed with this.</param>
/// <param name="time">The clock that waits before a lost connection is tried again.</param>
internal sealed class ServerClient(HttpClient http, TimeProvider time) : ITurnpike
{
    private readonly TurnpikeClient _turnpike = new(http, time);

    private ServerConnection Server => _turnpike.Server;

    /// <inheritdoc/>
    public ISettings Settings => new ServerSettings(Server);

    /// <inheritdoc/>
    public ITests Tests => new ServerTests(Server);

    /// <inheritdoc/>
    public IAsyncEnumerable<TurnEvent> RunAsync(TurnRequest request, CancellationToken cancellationToken) => _turnpike.RunAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<TurnEvent> FollowAsync(string turn, long after, CancellationToken cancellationToken) => _turnpike.FollowAsync(turn, after, cancellationToken);

    /// <inheritdoc/>
    public Task CancelAsync(string turn, CancellationToken cancellationToken) => _turnpike.CancelAsync(turn, cancellationToken);

    /// <inheritdoc/>
    public Task<JsonElement> PreviewAsync(TurnRequest request, CancellationToken cancellationToken) => _turnpike.PreviewAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<Turn> TurnAsync(string id, CancellationToken cancellationToken) => _turnpike.TurnAsync(id, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> SiblingsAsync(Turn turn, CancellationToken cancellationToken)
    {
        var path = await RowsAsync($"api/conversations/{Escape(turn.Conversation)}/turns?turn={Escape(turn.Id)}&branches=true", CliJson.Relaxed.JsonElement, cancellationToken);
        return [.. path[^1].GetProperty("siblings").EnumerateArray().Select(id => id.GetString()!)];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TraceStation>> TraceAsync(string turn, CancellationToken cancellationToken) =>
        GetAsync($"api/turns/{Escape(turn)}/trace", TurnpikeJson.Relaxed.IReadOnlyListTraceStation, cancellationToken);

    /// <inheritdoc/>
    public Task<ReplayReport> ReplayAsync(string turn, CancellationToken cancellationToken) => Server.AskAsync(new(HttpMethod.Post, $"api/turns/{Escape(turn)}/replay"), TurnpikeJson.Relaxed.ReplayReport, cancellationToken);

    /// <inheritdoc/>
    public Task<Page<Prompt>> PromptsAsync(PromptQuery query, CancellationToken cancellationToken) => _turnpike.PromptsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<Prompt> PromptAsync(PromptReference reference, CancellationToken cancellationToken) => _turnpike.PromptAsync(reference, cancellationToken);

    /// <inheritdoc/>
    public Task<Prompt> SavePromptAsync(Prompt prompt, string? project, CancellationToken cancellationToken) => project is null ? _turnpike.SavePromptAsync(prompt, cancellationToken)
        : Server.AskAsync(ServerConnection.Send(HttpMethod.Put, $"api/prompts/{Escape(prompt.Key)}?project={Uri.EscapeDataString(project)}", prompt, TurnpikeJson.Relaxed.Prompt), TurnpikeJson.Relaxed.Prompt, cancellationToken);

    /// <inheritdoc/>
    public Task<PromptDiff> DiffAsync(string key, string from, string to, CancellationToken cancellationToken) =>
        GetAsync($"api/prompts/{Escape(key)}/versions/{Escape(from)}/diff/{Escape(to)}", TurnpikeJson.Relaxed.PromptDiff, cancellationToken);

    /// <inheritdoc/>
    public Task<PromptReview> LintAsync(Prompt prompt, bool bringsPartials, CancellationToken cancellationToken) =>
        Server.AskAsync(ServerConnection.Post("api/prompts/validate" + (bringsPartials ? "?bringsPartials=true" : ""), prompt, TurnpikeJson.Relaxed.Prompt), TurnpikeJson.Relaxed.PromptReview, cancellationToken);

    /// <inheritdoc/>
    public async Task<ImportReport> ImportAsync(string text, ImportOptions options, CancellationToken cancellationToken)
    {
        var query = $"?dryRun={(options.DryRun ? "true" : "false")}&labels={(options.Labels ? "true" : "false")}{And("key", options.Key)}{And("format", options.Format)}{And("project", options.Project)}";
        var request = new HttpRequestMessage(HttpMethod.Post, "api/prompts/import" + query) { Content = new StringContent(text, System.Text.Encoding.UTF8, options.IsFile ? "text/x-dotprompt" : "text/plain") };
        return await Server.AskAsync(request, TurnpikeJson.Relaxed.ImportReport, cancellationToken);
    }

    /// <inheritdoc/>
    public Task ClearPromptCacheAsync(CancellationToken cancellationToken) => Server.TellAsync(new(HttpMethod.Post, "api/prompts/clear-cache"), cancellationToken);

    /// <inheritdoc/>
    public Task ArchivePromptAsync(string key, CancellationToken cancellationToken) => Server.TellAsync(new(HttpMethod.Delete, $"api/prompts/{Escape(key)}"), cancellationToken);

    /// <inheritdoc/>
    public Task RestorePromptAsync(string key, CancellationToken cancellationToken) => Server.TellAsync(new(HttpMethod.Post, $"api/prompts/{Escape(key)}/restore"), cancellationToken);

    /// <inheritdoc/>
    public async Task LabelPromptAsync(string key, string label, int version, bool force, CancellationToken cancellationToken)
    {
        var move = new HttpRequestMessage(HttpMethod.Put, $"api/prompts/{Escape(key)}/labels/{Escape(label)}") { Content = new StringContent($$"""{"version":{{version}},"force":{{(force ? "true" : "false")}}}""", System.Text.Encoding.UTF8, "application/json") };
        await Server.TellAsync(move, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Page<Conversation>> ConversationsAsync(ConversationQuery query, CancellationToken cancellationToken) => _turnpike.ConversationsAsync(query, cancellationToken);

    /// <inheritdoc/>
    public Task<Conversation> ConversationAsync(string id, CancellationToken cancellationToken) => _turnpike.ConversationAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Turn>> TurnsAsync(Conversation conversation, CancellationToken cancellationToken) => _turnpike.TurnsAsync(conversation.Id, cancellationToken);

    /// <inheritdoc/>
    public Task<ImportReport> ImportConversationsAsync(ReadOnlyMemory<byte> file, bool dryRun, string? project, CancellationToken cancellationToken)
    {
        var content = new ReadOnlyMemoryContent(file) { Headers = { ContentType = new("application/json") } };
        return Server.AskAsync(new(HttpMethod.Post, $"api/conversations/import?dryRun={(dryRun ? "true" : "false")}{And("project", project)}") { Content = content }, TurnpikeJson.Relaxed.ImportReport, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<string> ExportConversationAsync(string id, bool asMarkdown, CancellationToken cancellationToken)
    {
        using var answer = await Server.SendAsync(new(HttpMethod.Get, $"api/conversations/{Escape(id)}/export?format={(asMarkdown ? "markdown" : "json")}"), cancellationToken);
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelInfo>> ModelsAsync(Action<string> warn, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new(HttpMethod.Get, "api/models"), cancellationToken);
        foreach (var (provider, message) in Unavailable(answer, "provider")) warn(CatalogWarning.Provider(provider, message));
        return ServerConnection.Rows(answer, TurnpikeJson.Relaxed.ModelInfo);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ToolRow>> ToolsAsync(Action<string> warn, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new(HttpMethod.Get, "api/tools"), cancellationToken);
        foreach (var (source, message) in Unavailable(answer, "source")) warn(CatalogWarning.Tools(source, message));
        return ServerConnection.Rows(answer, CliJson.Relaxed.ToolRow);
    }

    /// <inheritdoc/>
    public Task AnswerAsync(string turn, CallAnswer answer, CancellationToken cancellationToken) => _turnpike.AnswerAsync(turn, answer, cancellationToken);

    /// <inheritdoc/>
    public Task<JsonElement> CallToolAsync(string name, JsonElement arguments, CancellationToken cancellationToken) =>
        AskAsync(Post($"api/tools/{Escape(name)}/call", new(arguments, Approved: true), CliJson.Relaxed.ToolTrial), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JsonElement>> ToolServersAsync(CancellationToken cancellationToken) => RowsAsync("api/tools/servers", CliJson.Relaxed.JsonElement, cancellationToken);

    /// <inheritdoc/>
    public async Task SaveToolServerAsync(ToolServer server, CancellationToken cancellationToken) => await AskAsync(Post("api/tools/servers", server, TurnpikeJson.Relaxed.ToolServer), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveToolServerAsync(string name, CancellationToken cancellationToken) => Server.TellAsync(new(HttpMethod.Delete, $"api/tools/servers/{Escape(name)}"), cancellationToken);

    /// <inheritdoc/>
    public Task<JsonElement> TestToolServerAsync(string name, CancellationToken cancellationToken) => AskAsync(new(HttpMethod.Post, $"api/tools/servers/{Escape(name)}/test"), cancellationToken);

    /// <inheritdoc/>
    public async Task ServeMcpAsync(TextReader from, TextWriter to, CancellationToken cancellationToken)
    {
        using var bridge = new McpBridge(http, from, to);
        await bridge.RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<UsageReport> UsageAsync(UsageQuery query, CancellationToken cancellationToken) =>
        GetAsync(FormattableString.Invariant($"api/usage?from={query.From.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}&to={query.To.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}&by={string.Join(",", query.By).ToLowerInvariant()}"), TurnpikeJson.Relaxed.UsageReport, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TriggerCatalogEntry>> TriggersAsync(CancellationToken cancellationToken) => RowsAsync("api/triggers", CliJson.Relaxed.TriggerCatalogEntry, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CompletionItem>> CompleteAsync(CompletionQuestion question, CancellationToken cancellationToken) =>
        Server.RowsAsync(Post("api/triggers/complete", question, CliJson.Relaxed.CompletionQuestion), CliJson.Relaxed.CompletionItem, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken cancellationToken) => RowsAsync("api/keys", AccessJson.Relaxed.AccessKey, cancellationToken);

    /// <inheritdoc/>
    public async Task<IssuedKey> CreateKeyAsync(NewKey asked, CancellationToken cancellationToken) => IssuedKey.Read(await AskAsync(Post("api/keys", asked, AccessJson.Relaxed.NewKey), cancellationToken));

    /// <inheritdoc/>
    public Task<AccessKey> ChangeKeyAsync(string id, JsonElement change, CancellationToken cancellationToken)
    {
        var ask = Post($"api/keys/{Escape(id)}", change, CliJson.Relaxed.JsonElement);
        ask.Method = HttpMethod.Patch;
        return Server.AskAsync(ask, AccessJson.Relaxed.AccessKey, cancellationToken);
    }

    /// <inheritdoc/>
    public Task RevokeKeyAsync(string id, CancellationToken cancellationToken) => Server.TellAsync(new(HttpMethod.Delete, $"api/keys/{Escape(id)}"), cancellationToken);

    /// <inheritdoc/>
    public async Task<IssuedKey> RotateKeyAsync(string id, TimeSpan grace, CancellationToken cancellationToken) =>
        IssuedKey.Read(await AskAsync(new(HttpMethod.Post, $"api/keys/{Escape(id)}/rotate?grace={(long)grace.TotalSeconds}"), cancellationToken));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(long after, int limit, CancellationToken cancellationToken)
    {
        using var answer = await Server.SendAsync(new(HttpMethod.Get, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"api/audit?after={after}&limit={limit}")), cancellationToken);
        var lines = (await answer.Content.ReadAsStringAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => System.Text.Json.JsonSerializer.Deserialize(line, AccessJson.Relaxed.AuditEntry)!)];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Those that a catalog could not ask, each with the reason.</summary>
    private static IEnumerable<(string Name, string Message)> Unavailable(JsonElement catalog, string name) => catalog.ValueKind == JsonValueKind.Object && catalog.TryGetProperty("unavailable", out var unavailable)
        ? unavailable.EnumerateArray().Select(one => (one.GetProperty(name).GetString()!, one.GetProperty("message").GetString()!))
        : [];

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => Server.GetAsync(path, type, cancellationToken);

    private Task<IReadOnlyList<T>> RowsAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => Server.RowsAsync(new(HttpMethod.Get, path), type, cancellationToken);

    private Task<JsonElement> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Server.AskAsync(request, cancellationToken);

    private static HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type) => ServerConnection.Post(path, body, type);

    private static string And(string name, string? value) => ServerConnection.And(name, value);

    private static string Escape(string value) => ServerConnection.Step(value);
}
