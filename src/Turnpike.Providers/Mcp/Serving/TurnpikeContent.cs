using System.Text.Json.Nodes;
using Turnpike.Prompts;
using Turnpike.Prompts.Tools;
using Turnpike.Turns.Access;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>What this server has for MCP clients: its prompts, as prompts and as tools, their resources, and completion.</summary>
internal sealed class TurnpikeContent(IPromptStore prompts, PromptMessages messages, PromptRuns runs, ServedResources resources, ResourceMarks marks, PromptArguments arguments) : IMcpContent
{
    private const int MostPrompts = 5000;
    private readonly PromptToolList _list = new(prompts, MostPrompts);

    public async ValueTask<string> MarkAsync(CancellationToken cancellationToken) => await prompts.MarkAsync(cancellationToken);

    public Task<string?> MarkAsync(string uri, CancellationToken cancellationToken) => marks.OfAsync(uri, cancellationToken);

    public async Task<IReadOnlyList<JsonObject>> PromptsAsync(McpCall call, CancellationToken cancellationToken) => new DescribedRows<Prompt>([.. (await AllAsync(cancellationToken)).Where(PromptMessages.IsServed)], PromptMessages.Describe);

    public Task<JsonObject> GetPromptAsync(McpCall call, CancellationToken cancellationToken) => messages.GetAsync(call, cancellationToken);

    public async Task<IReadOnlyList<JsonObject>> ToolsAsync(McpCall call, CancellationToken cancellationToken) => new DescribedRows<PromptTool>(await ServedToolsAsync(cancellationToken), PromptRuns.Describe);

    public async Task<JsonObject> CallToolAsync(McpCall call, CancellationToken cancellationToken)
    {
        var name = call.Text("name");
        var tool = (await ServedToolsAsync(cancellationToken)).FirstOrDefault(tool => tool.Name == name) ?? throw new McpError(McpError.Params, $"There is no tool \"{name}\".");
        return await runs.CallAsync(tool, call, cancellationToken);
    }

    public async Task<IReadOnlyList<JsonObject>> ResourcesAsync(McpCall call, CancellationToken cancellationToken) => await resources.ListAsync(await AllAsync(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<JsonObject>> TemplatesAsync(McpCall call, CancellationToken cancellationToken) => Task.FromResult(ServedResources.Templates);

    public Task<JsonObject?> ReadAsync(McpCall call, CancellationToken cancellationToken) => resources.ReadAsync(call.Text("uri"), cancellationToken);

    public async Task<IReadOnlyList<string>> CompleteAsync(McpCall call, CancellationToken cancellationToken)
    {
        var argument = call.Object("argument");
        var (name, typed) = (McpCall.Said(argument, "name") ?? "", McpCall.Said(argument, "value") ?? "");
        var reference = call.Object("ref");
        switch (McpCall.Said(reference, "type"))
        {
            case "ref/prompt":
                var prompt = await messages.FindAsync(PromptReference.Parse(McpCall.Said(reference, "name") ?? ""), cancellationToken);
                return await arguments.CompleteAsync(prompt, name, typed, cancellationToken);
            case "ref/resource":
                var chosen = (call.Object("context")["arguments"] as JsonObject)?["key"] as JsonValue;
                return await resources.CompleteAsync(McpCall.Said(reference, "uri") ?? "", name, typed, chosen is not null && chosen.TryGetValue<string>(out var key) ? key : null, await AllAsync(cancellationToken), cancellationToken);
            default:
                throw new McpError(McpError.Params, "\"ref\" must be a ref/prompt or a ref/resource.");
        }
    }

    private async Task<IReadOnlyList<PromptTool>> ServedToolsAsync(CancellationToken cancellationToken) => runs.Serves == McpToolChoice.None ? [] : [.. (await ToolsOfPromptsAsync(cancellationToken)).Where(tool => runs.IsServed(tool.Prompt))];

    private async Task<IReadOnlyList<Prompt>> AllAsync(CancellationToken cancellationToken) => [.. (await ToolsOfPromptsAsync(cancellationToken)).Select(tool => tool.Prompt)];

    /// <summary>The prompts that the key may run; their names are the same for every key.</summary>
    private async Task<IReadOnlyList<PromptTool>> ToolsOfPromptsAsync(CancellationToken cancellationToken) => [.. (await _list.ReadAsync(cancellationToken)).Where(tool => KeyScope.AllowsPrompt(tool.Prompt.Key))];
}
