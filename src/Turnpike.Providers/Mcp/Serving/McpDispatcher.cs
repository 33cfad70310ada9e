using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Turnpike.Turns;
using Turnpike.Turns.Json;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Answers requests of the Model Context Protocol, in both of its eras and over any transport.</summary>
internal sealed partial class McpDispatcher(IMcpContent content, ILogger<McpDispatcher> logger)
{
    private const int Page = 100;
    private const int MostValues = 100;
    private static readonly string[] LegacyOnly = ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"];
    private static readonly string[] Methods = ["prompts/list", "prompts/get", "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read", "completion/complete"];

    /// <summary>What is served.</summary>
    public IMcpContent Content => content;

    /// <summary>Whether a request names a method that its era has.</summary>
    public static bool Knows(string method, bool modern) =>
        Methods.Contains(method) || (modern ? method is "server/discover" or "subscriptions/listen" : method is "initialize" or "ping");

    /// <summary>The result of a request.</summary>
    /// <exception cref="McpError">Why there is none.</exception>
    public async Task<JsonObject> AnswerAsync(McpCall call, CancellationToken cancellationToken)
    {
        try
        {
            return McpProtocol.Finish(call.Method, await ResultAsync(call, cancellationToken), call.IsModern);
        }
        catch (Exception error) when (error is not (McpError or OperationCanceledException))
        {
            throw Told(call.Method, error);
        }
    }

    /// <summary>What stopped a request, in the words of the protocol; of a fault nothing is told, and its log tells more, as it does of what is for the operator alone.</summary>
    public McpError Told(string method, Exception error)
    {
        if (error is TurnException known)
        {
            if (known.OperatorMessage is { } why) Refused(method, why.ReplaceLineEndings(" "));
            return McpError.Of(known);
        }
        Fault(method, error);
        return new(McpError.Internal, $"A fault of the server in \"{method}\". Its log tells more.");
    }

    private async Task<JsonObject> ResultAsync(McpCall call, CancellationToken cancellationToken) => call.Method switch
    {
        "initialize" when !call.IsModern => Initialize(call),
        "ping" when !call.IsModern => [],
        "server/discover" when call.IsModern => new() { ["supportedVersions"] = McpProtocol.Supported, ["capabilities"] = McpProtocol.Capabilities(modern: true), ["instructions"] = McpProtocol.Instructions },
        "prompts/list" => Paged(call, "prompts", await content.PromptsAsync(call, cancellationToken)),
        "prompts/get" => await content.GetPromptAsync(call, cancellationToken),
        "tools/list" => Paged(call, "tools", await content.ToolsAsync(call, cancellationToken)),
        "tools/call" => await content.CallToolAsync(call, cancellationToken),
        "resources/list" => Paged(call, "resources", await content.ResourcesAsync(call, cancellationToken)),
        "resources/templates/list" => Paged(call, "resourceTemplates", await content.TemplatesAsync(call, cancellationToken)),
        "resources/read" => await content.ReadAsync(call, cancellationToken) ?? throw new McpError(call.IsModern ? McpError.Params : McpError.LegacyResource, $"There is no resource \"{call.Text("uri")}\".", new() { ["uri"] = call.Text("uri") }),
        "completion/complete" => Completed(await content.CompleteAsync(call, cancellationToken)),
        _ => throw Unknown(call.Method),
    };

    /// <summary>A method that this era does not have.</summary>
    public static McpError Unknown(string method) => new(McpError.Method, $"There is no method \"{method}\"{(LegacyOnly.Contains(method) ? " in this version of the protocol" : "")}.", status: 404);

    private static JsonObject Initialize(McpCall call)
    {
        var asked = call.Params["protocolVersion"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        return new()
        {
            ["protocolVersion"] = asked is not null && McpProtocol.Legacy.Contains(asked) ? asked : McpProtocol.NewestLegacy,
            ["capabilities"] = McpProtocol.Capabilities(modern: false),
            ["serverInfo"] = McpProtocol.Info(),
            ["instructions"] = McpProtocol.Instructions,
        };
    }

    private static JsonObject Paged(McpCall call, string name, IReadOnlyList<JsonObject> rows)
    {
        var from = call.Params["cursor"] is null ? 0 : Place(call.Text("cursor"));
        var page = new JsonObject { [name] = new JsonArray([.. Enumerable.Range(from, Math.Clamp(rows.Count - from, 0, Page)).Select(i => rows[i])]) };
        if (rows.Count - from > Page) page["nextCursor"] = Convert.ToBase64String(Encoding.ASCII.GetBytes($"p{from + Page}"));
        return page;
    }

    private static int Place(string cursor)
    {
        var bytes = new byte[cursor.Length];
        if (Convert.TryFromBase64String(cursor, bytes, out var length) && length > 1 && bytes[0] == 'p' && int.TryParse(Encoding.ASCII.GetString(bytes, 1, length - 1), out var place) && place > 0) return place;
        throw new McpError(McpError.Params, "The cursor is none of this server's. Use the value of \"nextCursor\" as it came.");
    }

    private static JsonObject Completed(IReadOnlyList<string> values) => new()
    {
        ["completion"] = new JsonObject
        {
            ["values"] = new JsonArray([.. values.Take(MostValues).Select(value => (JsonNode?)value)]),
            ["total"] = values.Count,
            ["hasMore"] = values.Count > MostValues,
        },
    };

    /// <summary>The whole answer as one message.</summary>
    public static JsonObject Message(JsonNode? id, JsonObject result) => new() { ["jsonrpc"] = "2.0", ["id"] = id?.DeepClone(), ["result"] = result };

    /// <summary>The whole error as one message.</summary>
    public static JsonObject Message(JsonNode? id, McpError error) => new() { ["jsonrpc"] = "2.0", ["id"] = (id ?? error.Id)?.DeepClone(), ["error"] = error.Body() };

    /// <summary>A notification as one message.</summary>
    public static JsonObject Notification(string method, JsonObject parameters) => new() { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters };

    /// <summary>Reads one message, of which nothing is checked yet.</summary>
    /// <exception cref="McpError">It is no JSON, or no object.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return StrictJson.ParseNode(json) as JsonObject ?? throw NoMessage();
        }
        catch (JsonException)
        {
            throw new McpError(McpError.Parse, "The body is not JSON in which each name stands once and all texts are Unicode.", status: 400) { Id = MessageId.Of(json) };
        }
    }

    /// <summary>The id of a message, which its answer has whatever else is wrong with it; null: it has none.</summary>
    /// <exception cref="McpError">It is neither a text nor a number.</exception>
    public static JsonNode? Id(JsonObject message)
    {
        if (!message.TryGetPropertyValue("id", out var id)) return null;
        return id?.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? id : throw new McpError(McpError.Request, "\"id\" must be a text or a number.", status: 400);
    }

    /// <summary>Checks what all messages have.</summary>
    /// <exception cref="McpError">It is no message of the protocol.</exception>
    public static void Check(JsonObject message)
    {
        if (McpCall.Said(message, "jsonrpc") != "2.0" || (message["method"] is not JsonValue && message["result"] is null && message["error"] is null)) throw NoMessage();
        if (message["method"] is not null && McpCall.Said(message, "method") is null) throw new McpError(McpError.Request, "\"method\" must be a text.", status: 400);
        if (message["params"] is not null and not JsonObject) throw new McpError(McpError.Params, "\"params\" must be an object.", status: message["id"] is null ? 400 : 200);
    }

    private static McpError NoMessage() => new(McpError.Request, "The body must be one message of JSON-RPC 2.0.", status: 400);

    [LoggerMessage(Level = LogLevel.Error, Message = "Fault in the MCP request {Method}")]
    private partial void Fault(string method, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The MCP request {Method} was refused: {Why}")]
    private partial void Refused(string method, string why);
}
