using System.Text.Json.Nodes;
using Turnpike.Providers.Mcp.Serving;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>Content with one tool, marks if they are given (of the lists: of an empty URI), and a fault in all else.</summary>
internal sealed class FaultyContent(string tool, Exception? fault = null, Func<string, string>? marks = null) : IMcpContent
{
    public ValueTask<string> MarkAsync(CancellationToken cancellationToken) => new(Mark(""));

    public Task<string?> MarkAsync(string uri, CancellationToken cancellationToken) => Task.FromResult<string?>(Mark(uri));

    public Task<IReadOnlyList<JsonObject>> PromptsAsync(McpCall call, CancellationToken cancellationToken) => throw Fault();

    public Task<JsonObject> GetPromptAsync(McpCall call, CancellationToken cancellationToken) => throw Fault();

    public Task<IReadOnlyList<JsonObject>> ToolsAsync(McpCall call, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JsonObject>>([new() { ["name"] = tool, ["inputSchema"] = new JsonObject { ["type"] = "object" } }]);

    public Task<JsonObject> CallToolAsync(McpCall call, CancellationToken cancellationToken) =>
        call.Text("name") == tool ? Task.FromResult<JsonObject>(new() { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = "Moin." }) }) : throw Fault();

    public Task<IReadOnlyList<JsonObject>> ResourcesAsync(McpCall call, CancellationToken cancellationToken) => throw Fault();

    public Task<IReadOnlyList<JsonObject>> TemplatesAsync(McpCall call, CancellationToken cancellationToken) => throw Fault();

    public Task<JsonObject?> ReadAsync(McpCall call, CancellationToken cancellationToken) => throw Fault();

    public Task<IReadOnlyList<string>> CompleteAsync(McpCall call, CancellationToken cancellationToken) => throw Fault();

    private string Mark(string uri) => marks is null ? throw Fault() : marks(uri);

    private Exception Fault() => fault ?? new InvalidOperationException("secret words");
}
