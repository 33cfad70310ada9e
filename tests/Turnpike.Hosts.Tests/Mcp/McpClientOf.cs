using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Mcp;

/// <summary>Speaks to <c>/mcp</c> in either era, message by message.</summary>
internal sealed class McpClientOf(RunningServer server, bool modern, string? secret = null)
{
    private int _id;

    /// <summary>What the client says it can do.</summary>
    public JsonObject Capabilities { get; init; } = [];

    /// <summary>Asks and gives all messages of the answer, the last one being the response.</summary>
    public async Task<(int Status, IReadOnlyList<JsonObject> Messages)> AskAsync(string method, JsonObject? parameters = null, Action<HttpRequestMessage>? change = null)
    {
        using var response = await SendAsync(method, parameters, change);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var bodies = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? text.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]) : text.Length == 0 ? [] : [text];
        return ((int)response.StatusCode, [.. bodies.Select(body => (JsonObject)JsonNode.Parse(body)!)]);
    }

    public Task<HttpResponseMessage> SendAsync(string method, JsonObject? parameters = null, Action<HttpRequestMessage>? change = null)
    {
        var given = parameters is null ? [] : (JsonObject)parameters.DeepClone();
        var request = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (secret is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
        if (modern)
        {
            var meta = given["_meta"] as JsonObject ?? [];
            meta["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
            meta["io.modelcontextprotocol/clientCapabilities"] = Capabilities.DeepClone();
            given["_meta"] = meta.Parent is null ? meta : meta.DeepClone();
            request.Headers.TryAddWithoutValidation("MCP-Protocol-Version", "2026-07-28");
            request.Headers.TryAddWithoutValidation("Mcp-Method", method);
            if (((string?)given["name"] ?? (string?)given["uri"]) is { } name) request.Headers.TryAddWithoutValidation("Mcp-Name", name.All(char.IsAscii) ? name : $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}?=");
        }
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = ++_id, ["method"] = method, ["params"] = given };
        request.Content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/json");
        change?.Invoke(request);
        return server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>The result of a request that must succeed.</summary>
    public async Task<JsonObject> ResultAsync(string method, JsonObject? parameters = null)
    {
        var (status, messages) = await AskAsync(method, parameters);
        Assert.True(status == 200 && messages[^1]["result"] is JsonObject, $"{status} {messages[^1]}");
        return (JsonObject)messages[^1]["result"]!;
    }

    /// <summary>The status and the error of a request that must fail.</summary>
    public async Task<(int Status, int Code, JsonObject Error)> ErrorAsync(string method, JsonObject? parameters = null, Action<HttpRequestMessage>? change = null)
    {
        var (status, messages) = await AskAsync(method, parameters, change);
        var error = Assert.IsType<JsonObject>(messages[^1]["error"]);
        return (status, (int)error["code"]!, error);
    }
}
