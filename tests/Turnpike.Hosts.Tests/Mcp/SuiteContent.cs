using System.Text.Json.Nodes;
using Turnpike.Providers.Mcp.Serving;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>The fixtures that the conformance suite asks a server for.</summary>
internal sealed class SuiteContent : IMcpContent
{
    private const string Dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
    private const string Sound = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
    private static readonly string[] Tools =
    [
        "test_simple_text", "test_image_content", "test_audio_content", "test_embedded_resource", "test_multiple_content_types", "test_tool_with_logging", "test_error_handling", "test_tool_with_progress",
    ];

    public ValueTask<string> MarkAsync(CancellationToken cancellationToken) => new("");

    public Task<string?> MarkAsync(string uri, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<IReadOnlyList<JsonObject>> PromptsAsync(McpCall call, CancellationToken cancellationToken) => Rows(
        new JsonObject { ["name"] = "test_simple_prompt", ["description"] = "A prompt." },
        new JsonObject { ["name"] = "test_prompt_with_arguments", ["description"] = "A prompt.", ["arguments"] = Arguments("arg1", "arg2") },
        new JsonObject { ["name"] = "test_prompt_with_embedded_resource", ["description"] = "A prompt.", ["arguments"] = Arguments("resourceUri") },
        new JsonObject { ["name"] = "test_prompt_with_image", ["description"] = "A prompt." });

    public Task<JsonObject> GetPromptAsync(McpCall call, CancellationToken cancellationToken)
    {
        var arguments = call.Object("arguments");
        return Task.FromResult<JsonObject>(new()
        {
            ["messages"] = call.Text("name") switch
            {
                "test_simple_prompt" => new JsonArray(Message(Text("This is a simple prompt for testing."))),
                "test_prompt_with_arguments" => new JsonArray(Message(Text($"Prompt with arguments: arg1='{arguments["arg1"]}', arg2='{arguments["arg2"]}'"))),
                "test_prompt_with_embedded_resource" => new JsonArray(Message(Resource((string)arguments["resourceUri"]!, "text/plain", "Embedded resource content for testing.")), Message(Text("Please process the embedded resource above."))),
                _ => new JsonArray(Message(Media("image", Dot, "image/png")), Message(Text("Please analyze the image above."))),
            },
        });
    }

    public Task<IReadOnlyList<JsonObject>> ToolsAsync(McpCall call, CancellationToken cancellationToken) => Rows(
    [
        .. Tools.Select(name => new JsonObject { ["name"] = name, ["description"] = "A tool.", ["inputSchema"] = new JsonObject { ["type"] = "object" } }),
        new JsonObject
        {
            ["name"] = "json_schema_2020_12_tool",
            ["description"] = "Tool with JSON Schema 2020-12 features",
            ["inputSchema"] = JsonNode.Parse("""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","$defs":{"address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},"properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"}},"additionalProperties":false}"""),
        },
    ]);

    public async Task<JsonObject> CallToolAsync(McpCall call, CancellationToken cancellationToken)
    {
        var name = call.Text("name");
        if (name == "test_error_handling") return new() { ["isError"] = true, ["content"] = new JsonArray(Text("This tool intentionally returns an error for testing")) };
        if (name == "test_tool_with_progress" && call.Meta?["progressToken"] is { } token)
        {
            foreach (var progress in (int[])[0, 50, 100]) await call.Notify!(McpDispatcher.Notification("notifications/progress", new() { ["progressToken"] = token.DeepClone(), ["progress"] = progress, ["total"] = 100 }));
        }
        return new()
        {
            ["content"] = name switch
            {
                "test_simple_text" => new JsonArray(Text("This is a simple text response for testing.")),
                "test_image_content" => new JsonArray(Media("image", Dot, "image/png")),
                "test_audio_content" => new JsonArray(Media("audio", Sound, "audio/wav")),
                "test_embedded_resource" => new JsonArray(Resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
                "test_multiple_content_types" => new JsonArray(Text("Multiple content types test:"), Media("image", Dot, "image/png"), Resource("test://mixed-content-resource", "application/json", """{"test":"data","value":123}""")),
                _ when Tools.Contains(name) => new JsonArray(Text("Done.")),
                _ => throw new McpError(McpError.Params, $"There is no tool \"{name}\"."),
            },
        };
    }

    public Task<IReadOnlyList<JsonObject>> ResourcesAsync(McpCall call, CancellationToken cancellationToken) => Rows(
        new JsonObject { ["uri"] = "test://static-text", ["name"] = "Text", ["description"] = "A text.", ["mimeType"] = "text/plain" },
        new JsonObject { ["uri"] = "test://static-binary", ["name"] = "Picture", ["description"] = "A dot.", ["mimeType"] = "image/png" });

    public Task<IReadOnlyList<JsonObject>> TemplatesAsync(McpCall call, CancellationToken cancellationToken) => Rows(new JsonObject { ["uriTemplate"] = "test://template/{id}/data", ["name"] = "Data", ["mimeType"] = "application/json" });

    public Task<JsonObject?> ReadAsync(McpCall call, CancellationToken cancellationToken)
    {
        var uri = call.Text("uri");
        JsonObject? content = uri switch
        {
            "test://static-text" => new() { ["uri"] = uri, ["mimeType"] = "text/plain", ["text"] = "This is the content of the static text resource." },
            "test://static-binary" => new() { ["uri"] = uri, ["mimeType"] = "image/png", ["blob"] = Dot },
            _ when uri.StartsWith("test://template/", StringComparison.Ordinal) => new() { ["uri"] = uri, ["mimeType"] = "application/json", ["text"] = $$"""{"id":"{{uri.Split('/')[3]}}","templateTest":true}""" },
            _ => null,
        };
        return Task.FromResult(content is null ? null : new JsonObject { ["contents"] = new JsonArray(content) });
    }

    public Task<IReadOnlyList<string>> CompleteAsync(McpCall call, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(["paris", "park", "party"]);

    private static Task<IReadOnlyList<JsonObject>> Rows(params JsonObject[] rows) => Task.FromResult<IReadOnlyList<JsonObject>>(rows);

    private static JsonArray Arguments(params string[] names) => [.. names.Select(name => (JsonNode?)new JsonObject { ["name"] = name, ["description"] = "A text.", ["required"] = true })];

    private static JsonObject Message(JsonObject content) => new() { ["role"] = "user", ["content"] = content };

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };

    private static JsonObject Media(string type, string data, string mediaType) => new() { ["type"] = type, ["data"] = data, ["mimeType"] = mediaType };

    private static JsonObject Resource(string uri, string mediaType, string text) => new() { ["type"] = "resource", ["resource"] = new JsonObject { ["uri"] = uri, ["mimeType"] = mediaType, ["text"] = text } };
}
