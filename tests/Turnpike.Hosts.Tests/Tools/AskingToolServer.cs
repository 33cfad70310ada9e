using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>A tool server over HTTP, of the protocol's modern era, whose tool <c>book</c> answers each call with the next of its results.</summary>
internal sealed class AskingToolServer : IAsyncDisposable
{
    private readonly RawServer _server;
    private int _called;

    /// <param name="results">Results of <c>tools/call</c>, in order; the last one serves all later calls.</param>
    public AskingToolServer(params string[] results) => _server = RawServer.Start(exchange => ServeAsync(exchange, results));

    public object Entry => new { name = "asking", transport = "http", url = _server.Url + "mcp", trusted = true };

    /// <summary>Its list of tools: a JSON array.</summary>
    public string Tools { get; init; } = """[{"name":"book","inputSchema":{"type":"object"}}]""";

    /// <summary>The requests that called a tool.</summary>
    public IEnumerable<RawRequest> Called => _server.Requests.Where(request => request.Body.Contains("\"tools/call\"", StringComparison.Ordinal));

    /// <summary>The parameters of its calls.</summary>
    public IReadOnlyList<JsonNode> Calls => [.. _server.Requests.Select(request => JsonNode.Parse(request.Body)!).Where(asked => (string?)asked["method"] == "tools/call").Select(asked => asked["params"]!)];

    /// <summary>A result that asks for the seat, and for more.</summary>
    public static string Asks(string state = "s1", string question = "seat", string schema = """{"type":"object","properties":{"seat":{"type":"string","title":"Seat","enum":["aisle","window"]},"bags":{"type":"integer","minimum":0}},"required":["seat"]}""") =>
        """{"resultType":"input_required","inputRequests":{"QUESTION":{"method":"elicitation/create","params":{"mode":"form","message":"Which seat?","requestedSchema":SCHEMA}}},"requestState":"STATE"}"""
            .Replace("QUESTION", question, StringComparison.Ordinal).Replace("SCHEMA", schema, StringComparison.Ordinal).Replace("STATE", state, StringComparison.Ordinal);

    public static string Says(string text) => $$$"""{"resultType":"complete","content":[{"type":"text","text":"{{{text}}}"}]}""";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task ServeAsync(RawExchange exchange, string[] results)
    {
        if (exchange.Request.Method != "POST") return RoughToolServer.AnswerAsync(exchange, "", "405 Method Not Allowed");
        var asked = JsonNode.Parse(exchange.Request.Body)!;
        return (string?)asked["method"] switch
        {
            "server/discover" => RoughToolServer.ResultAsync(exchange, asked, """{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":3600000,"cacheScope":"private","_meta":{"io.modelcontextprotocol/serverInfo":{"name":"asking","version":"1"}}}"""),
            "tools/list" => RoughToolServer.ResultAsync(exchange, asked, $$$"""{"resultType":"complete","ttlMs":60000,"cacheScope":"private","tools":{{{Tools}}}}"""),
            "tools/call" => RoughToolServer.ResultAsync(exchange, asked, results[Math.Min(Interlocked.Increment(ref _called), results.Length) - 1]),
            _ => RoughToolServer.AnswerAsync(exchange, "", "202 Accepted"),
        };
    }
}
