using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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
    private readonly ServerAnswers _server = new(http);

    /// <inheritdoc/>
    public ISettings Settings => new ServerSettings(_server);

    /// <inheritdoc/>
    public IAsyncEnumerable<TurnEvent> RunAsync(TurnRequest request, CancellationToken cancellationToken) => new ServerEvents(_server, time).RunAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<TurnEvent> FollowAsync(string turn, long after, CancellationToken cancellationToken) => new ServerEvents(_server, time).FollowAsync(turn, after, cancellationToken);

    /// <inheritdoc/>
    public async Task CancelAsync(string turn, CancellationToken cancellationToken)
    {
        using var answer = await _server.SendAsync(new(HttpMethod.Post, $"api/turns/{Escape(turn)}/cancel"), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JsonElement> PreviewAsync(TurnRequest request, CancellationToken cancellationToken) => AskAsync(Post("api/turns/preview", request, TurnpikeJson.Relaxed.TurnRequest), cancellationToken);

    /// <inheritdoc/>
    public Task<Turn> TurnAsync(string id, CancellationToken cancellationToken) => GetAsync($"api/turns/{Escape(id)}", TurnpikeJson.Relaxed.Turn, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TraceStation>> TraceAsync(string turn, CancellationToken cancellationToken) =>
        GetAsync($"api/turns/{Escape(turn)}/trace", TurnpikeJson.Relaxed.IReadOnlyListTraceStation, cancellationToken);

    /// <inheritdoc/>
    public async Task<ReplayReport> ReplayAsync(string turn, CancellationToken cancellationToken) =>
        (await AskAsync(new(HttpMethod.Post, $"api/turns/{Escape(turn)}/replay"), cancellationToken)).Deserialize(TurnpikeJson.Relaxed.ReplayReport)!;

    /// <inheritdoc/>
    public Task<Page<Prompt>> PromptsAsync(PromptQuery query, CancellationToken cancellationToken) =>
        GetAsync($"api/prompts?limit={query.Limit}{And("query", query.Query)}{And("tag", query.Tag)}{And("after", query.After)}", TurnpikeJson.Relaxed.PromptPage, cancellationToken);

    /// <inheritdoc/>
    public Task<Prompt> PromptAsync(PromptReference reference, CancellationToken cancellationToken) =>
        GetAsync($"api/prompts/{Escape(reference.Id!)}{Version(reference)}", TurnpikeJson.Relaxed.Prompt, cancellationToken);

    /// <inheritdoc/>
    public async Task<Prompt> SavePromptAsync(Prompt prompt, CancellationToken cancellationToken)
    {
        var request = Send(HttpMethod.Put, $"api/prompts/{Escape(prompt.Key)}", prompt, TurnpikeJson.Relaxed.Prompt);
        return (await AskAsync(request, cancellationToken)).Deserialize(TurnpikeJson.Relaxed.Prompt)!;
    }

    /// <inheritdoc/>
    public Task<PromptDiff> DiffAsync(string key, string from, string to, CancellationToken cancellationToken) =>
        GetAsync($"api/prompts/{Escape(key)}/versions/{Escape(from)}/diff/{Escape(to)}", TurnpikeJson.Relaxed.PromptDiff, cancellationToken);

    /// <inheritdoc/>
    public async Task<PromptReview> LintAsync(Prompt prompt, CancellationToken cancellationToken) =>
        (await AskAsync(Post("api/prompts/validate", prompt, TurnpikeJson.Relaxed.Prompt), cancellationToken)).Deserialize(TurnpikeJson.Relaxed.PromptReview)!;

    /// <inheritdoc/>
    public async Task<ImportReport> ImportAsync(string text, ImportOptions options, CancellationToken cancellationToken)
    {
        var query = $"?dryRun={(options.DryRun ? "true" : "false")}&labels={(options.Labels ? "true" : "false")}{And("key", options.Key)}{And("format", options.Format)}";
        var request = new HttpRequestMessage(HttpMethod.Post, "api/prompts/import" + query) { Content = new StringContent(text, System.Text.Encoding.UTF8, options.IsFile ? "text/x-dotprompt" : "text/plain") };
        return (await AskAsync(request, cancellationToken)).Deserialize(TurnpikeJson.Relaxed.ImportReport)!;
    }

    /// <inheritdoc/>
    public async Task ClearPromptCacheAsync(CancellationToken cancellationToken)
    {
        using var answer = await _server.SendAsync(new(HttpMethod.Post, "api/prompts/clear-cache"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ArchivePromptAsync(string key, CancellationToken cancellationToken)
    {
        using var answer = await _server.SendAsync(new(HttpMethod.Delete, $"api/prompts/{Escape(key)}"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task LabelPromptAsync(string key, string label, int version, bool force, CancellationToken cancellationToken)
    {
        var move = new HttpRequestMessage(HttpMethod.Put, $"api/prompts/{Escape(key)}/labels/{Escape(label)}") { Content = new StringContent($$"""{"version":{{version}},"force":{{(force ? "true" : "false")}}}""", System.Text.Encoding.UTF8, "application/json") };
        using var answer = await _server.SendAsync(move, cancellationToken);
    }

    private static string? Flag(bool? value) => value is null ? null : value.Value ? "true" : "false";

    /// <inheritdoc/>
    public Task<Page<Conversation>> ConversationsAsync(ConversationQuery query, CancellationToken cancellationToken) =>
        GetAsync($"api/conversations?limit={query.Limit}{And("query", query.Query)}{And("prompt", query.Prompt)}{And("project", query.Project)}{And("pinned", Flag(query.Pinned))}{And("starred", Flag(query.Starred))}{And("archived", Flag(query.Archived) ?? "any")}{And("after", query.After)}", TurnpikeJson.Relaxed.ConversationPage, cancellationToken);

    /// <inheritdoc/>
    public Task<Conversation> ConversationAsync(string id, CancellationToken cancellationToken) => GetAsync($"api/conversations/{Escape(id)}", TurnpikeJson.Relaxed.Conversation, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Turn>> TurnsAsync(Conversation conversation, CancellationToken cancellationToken) => RowsAsync($"api/conversations/{Escape(conversation.Id)}/turns", TurnpikeJson.Relaxed.Turn, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelInfo>> ModelsAsync(Action<string> warn, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new(HttpMethod.Get, "api/models"), cancellationToken);
        if (answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("unavailable", out var unavailable))
        {
            foreach (var provider in unavailable.EnumerateArray()) warn(CatalogWarning.Provider(provider.GetProperty("provider").GetString()!, provider.GetProperty("message").GetString()!));
        }
        return Rows(answer, TurnpikeJson.Relaxed.ModelInfo);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ToolRow>> ToolsAsync(Action<string> warn, CancellationToken cancellationToken) => RowsAsync("api/tools", CliJson.Relaxed.ToolRow, cancellationToken);

    /// <inheritdoc/>
    public async Task AnswerAsync(string turn, CallAnswer answer, CancellationToken cancellationToken) =>
        await AskAsync(Post($"api/turns/{Escape(turn)}/tool-results", answer, TurnpikeJson.Relaxed.CallAnswer), cancellationToken);

    /// <inheritdoc/>
    public Task<JsonElement> CallToolAsync(string name, JsonElement arguments, CancellationToken cancellationToken) =>
        AskAsync(Post($"api/tools/{Escape(name)}/call", new(arguments), CliJson.Relaxed.ToolTrial), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JsonElement>> ToolServersAsync(CancellationToken cancellationToken) => RowsAsync("api/tools/servers", CliJson.Relaxed.JsonElement, cancellationToken);

    /// <inheritdoc/>
    public async Task SaveToolServerAsync(ToolServer server, CancellationToken cancellationToken) => await AskAsync(Post("api/tools/servers", server, TurnpikeJson.Relaxed.ToolServer), cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveToolServerAsync(string name, CancellationToken cancellationToken)
    {
        using var answer = await _server.SendAsync(new(HttpMethod.Delete, $"api/tools/servers/{Escape(name)}"), cancellationToken);
    }

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
        GetAsync($"api/usage?from={query.From.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}&to={query.To.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}&by={string.Join(",", query.By)}", TurnpikeJson.Relaxed.UsageReport, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TriggerCatalogEntry>> TriggersAsync(CancellationToken cancellationToken) => RowsAsync("api/triggers", CliJson.Relaxed.TriggerCatalogEntry, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CompletionItem>> CompleteAsync(CompletionQuestion question, CancellationToken cancellationToken) =>
        Rows(await AskAsync(Post("api/triggers/complete", question, CliJson.Relaxed.CompletionQuestion), cancellationToken), CliJson.Relaxed.CompletionItem);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccessKey>> KeysAsync(CancellationToken cancellationToken) => RowsAsync("api/keys", AccessJson.Relaxed.AccessKey, cancellationToken);

    /// <inheritdoc/>
    public async Task<IssuedKey> CreateKeyAsync(NewKey asked, CancellationToken cancellationToken) => IssuedKey.Read(await AskAsync(Post("api/keys", asked, AccessJson.Relaxed.NewKey), cancellationToken));

    /// <inheritdoc/>
    public async Task RevokeKeyAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await _server.SendAsync(new(HttpMethod.Delete, $"api/keys/{Escape(id)}"), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IssuedKey> RotateKeyAsync(string id, TimeSpan grace, CancellationToken cancellationToken) =>
        IssuedKey.Read(await AskAsync(new(HttpMethod.Post, $"api/keys/{Escape(id)}/rotate?grace={(long)grace.TotalSeconds}"), cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        (await AskAsync(new(HttpMethod.Get, path), cancellationToken)).Deserialize(type)!;

    private async Task<IReadOnlyList<T>> RowsAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) => Rows(await AskAsync(new(HttpMethod.Get, path), cancellationToken), type);

    private async Task<JsonElement> AskAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await _server.SendAsync(request, cancellationToken);
        return await ServerAnswers.ReadAsync(answer, cancellationToken);
    }

    // A list comes bare or as a page.
    private static List<T> Rows<T>(JsonElement answer, JsonTypeInfo<T> type)
    {
        var rows = answer.ValueKind == JsonValueKind.Object && (answer.TryGetProperty("data", out var data) || answer.TryGetProperty("items", out data)) ? data : answer;
        return [.. rows.EnumerateArray().Select(row => row.Deserialize(type)!)];
    }

    internal static HttpRequestMessage Post<T>(string path, T body, JsonTypeInfo<T> type) => Send(HttpMethod.Post, path, body, type);

    internal static HttpRequestMessage Send<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type) =>
        new(method, path) { Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };

    private static string Version(PromptReference reference) => reference.Version is not { } version ? "" : version.All(char.IsAsciiDigit) ? $"?version={version}" : $"?label={Escape(version)}";

    private static string And(string name, string? value) => value is null ? "" : $"&{name}={Escape(value)}";

    private static string Escape(string value) => Uri.EscapeDataString(value);
}
