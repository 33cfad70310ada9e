using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>A tool server over HTTP that opens as it should and then answers whatever a test makes it answer.</summary>
internal sealed class RoughToolServer : IAsyncDisposable
{
    private readonly RawServer _server;

    /// <param name="tools">Its list of tools: a JSON array.</param>
    /// <param name="called">Answers a call; null: with the text "fine".</param>
    public RoughToolServer(string tools, Func<RawExchange, JsonNode, Task>? called = null)
    {
        Tools = tools;
        _server = RawServer.Start(exchange => ServeAsync(exchange, called));
    }

    /// <summary>A tool without arguments.</summary>
    public static string Tool(string name) => $$$"""{"name":{{{JsonValue.Create(name).ToJsonString()}}},"inputSchema":{"type":"object"}}""";

    public string Tools { get; set; }

    /// <summary>Whether it refuses everything.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether it lets nobody in who is not in already.</summary>
    public bool IsShut { get; set; }

    /// <summary>The session that it knows, and the only one; null: it has none.</summary>
    public string? Session { get; set; }

    /// <summary>Answers who reads a resource; null: it has none.</summary>
    public Func<RawExchange, JsonNode, Task>? Read { get; init; }

    /// <summary>Answers who reads its list; null: with its tools.</summary>
    public Func<RawExchange, JsonNode, Task>? Lists { get; set; }

    /// <summary>How it answers who comes with another session.</summary>
    public string Forgotten { get; init; } = "404 Not Found";

    /// <summary>What it waits for before it answers a call with another session.</summary>
    public Func<Task> BeforeForgotten { get; set; } = () => Task.CompletedTask;

    /// <summary>Hears of each session that begins.</summary>
    public Action Opened { get; set; } = () => { };

    public object Entry => new { name = "rough", transport = "http", url = _server.Url + "mcp", trusted = true };

    public string Url => _server.Url + "mcp";

    /// <summary>The messages that it got, in order.</summary>
    public IEnumerable<JsonNode> Messages => _server.Requests.Where(request => request.Method == "POST").Select(request => JsonNode.Parse(request.Body)!);

    /// <summary>The calls of tools that it got, by name.</summary>
    public IEnumerable<string> Called => _server.Requests.Where(request => request.Body.Contains("\"tools/call\"", StringComparison.Ordinal)).Select(request => (string)JsonNode.Parse(request.Body)!["params"]!["name"]!);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Answers with a JSON body, however broken.</summary>
    public static Task AnswerAsync(RawExchange exchange, string body, string status = "200 OK", string headers = "") =>
        exchange.SendAsync($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}Connection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>Answers with the result of a call.</summary>
    public static Task ResultAsync(RawExchange exchange, JsonNode asked, string result, string headers = "") => AnswerAsync(exchange, $$$"""{"jsonrpc":"2.0","id":{{{asked["id"]!.ToJsonString()}}},"result":{{{result}}}}""", headers: headers);

    private async Task ForgottenAsync(RawExchange exchange, string method)
    {
        if (method == "tools/call") await BeforeForgotten();
        await AnswerAsync(exchange, """{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: No valid session ID provided"},"id":null}""", Forgotten);
    }

    private Task ServeAsync(RawExchange exchange, Func<RawExchange, JsonNode, Task>? called)
    {
        if (IsBroken) return AnswerAsync(exchange, "", "503 Service Unavailable");
        if (exchange.Request.Method != "POST") return AnswerAsync(exchange, "", "405 Method Not Allowed");
        var asked = JsonNode.Parse(exchange.Request.Body)!;
        var method = (string?)asked["method"];
        if (Session is not null && method is ("tools/list" or "tools/call") && exchange.Request.Headers.GetValueOrDefault("Mcp-Session-Id") != Session)
            return ForgottenAsync(exchange, method);
        if (method == "initialize") Opened();
        return method switch
        {
            "initialize" when IsShut => AnswerAsync(exchange, "", "401 Unauthorized"),
            "initialize" => ResultAsync(exchange, asked, """{"protocolVersion":"2025-06-18","capabilities":{CAN},"serverInfo":{"name":"rough","version":"1"}}""".Replace("CAN", Read is null ? "\"tools\":{}" : "\"tools\":{},\"resources\":{}", StringComparison.Ordinal), Session is null ? "" : $"Mcp-Session-Id: {Session}\r\n"),
            "tools/list" when Lists is not null => Lists(exchange, asked),
            "tools/list" => ResultAsync(exchange, asked, $$$"""{"tools":{{{Tools}}}}"""),
            "tools/call" => called?.Invoke(exchange, asked) ?? ResultAsync(exchange, asked, """{"content":[{"type":"text","text":"fine"}]}"""),
            "resources/read" when Read is not null => Read(exchange, asked),
            { } other when other.StartsWith("notifications/", StringComparison.Ordinal) => AnswerAsync(exchange, "", "202 Accepted"),
            _ => AnswerAsync(exchange, "", "404 Not Found"),
        };
    }
}
