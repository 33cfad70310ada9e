using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Cli.Clients;

/// <summary>Carries MCP messages between a pair of streams and the <c>/mcp</c> of a server. Requests run side by side; what comes is passed on as it comes.</summary>
internal sealed class McpBridge(HttpClient http, TextReader from, TextWriter to) : IDisposable
{
    private const int Refused = -32603;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5); // for what a script pipes in and waits for
    private readonly SemaphoreSlim _writing = new(1, 1);

    public void Dispose() => _writing.Dispose();

    /// <summary>Carries messages until there are no more lines. Then nobody waits for tools any more: calls that are not answered a few seconds later are left. What else was asked is answered.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (calls, carrying) = (left.Token, new List<Task>());
        while (await from.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0) continue;
            carrying.RemoveAll(task => task.IsCompleted);
            carrying.Add(CarryAsync(line, calls, cancellationToken));
        }
        left.CancelAfter(Grace);
        await Task.WhenAll(carrying);
    }

    private async Task CarryAsync(string line, CancellationToken calls, CancellationToken stop)
    {
        var body = Parsed(line);
        var cancellationToken = body is not null && Text(body, "method") == "tools/call" ? calls : stop;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "mcp") { Content = new StringContent(line, Encoding.UTF8, "application/json") };
            request.Headers.Accept.Add(new("application/json"));
            request.Headers.Accept.Add(new("text/event-stream"));
            if (body is not null) Describe(request.Headers, body);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            using var text = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
            if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream") await PassAsync(text, cancellationToken);
            else if (await text.ReadToEndAsync(cancellationToken) is { Length: > 0 } whole) await WriteAsync(Parsed(whole)?["jsonrpc"] is not null ? whole : Fault(body, Parsed(whole), (int)answer.StatusCode));
        }
        catch (HttpRequestException error)
        {
            await WriteAsync(Fault(body, new() { ["detail"] = error.Message }, 0));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Nobody waits for the answer.
        }
    }

    private async Task PassAsync(StreamReader events, CancellationToken cancellationToken)
    {
        while (await events.ReadLineAsync(cancellationToken) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal)) await WriteAsync(line[6..]);
    }

    private async Task WriteAsync(string? message)
    {
        if (message is null) return;
        await _writing.WaitAsync();
        try
        {
            await to.WriteAsync(message.ReplaceLineEndings("") + "\n");
            await to.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>What the server refused before it was a matter of the protocol; null for what wants no answer.</summary>
    private static string? Fault(JsonObject? asked, JsonObject? problem, int status)
    {
        if (asked?["id"] is not { } id) return null;
        var message = (string?)problem?["detail"] ?? $"The server answered {status}.";
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone(), ["error"] = new JsonObject { ["code"] = Refused, ["message"] = message } }.ToJsonString();
    }

    /// <summary>The headers that say what the body says, which the modern era wants over HTTP.</summary>
    private static void Describe(HttpRequestHeaders headers, JsonObject body)
    {
        if ((body["params"] as JsonObject)?["_meta"] is not JsonObject meta || Text(meta, "io.modelcontextprotocol/protocolVersion") is not { } version) return;
        headers.Add("MCP-Protocol-Version", version);
        headers.Add("Mcp-Method", Text(body, "method") ?? "");
        var parameters = (JsonObject)body["params"]!;
        if ((Text(parameters, "name") ?? Text(parameters, "uri")) is { } name) headers.Add("Mcp-Name", Encoded(name));
    }

    private static string? Text(JsonObject of, string name) => of[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string Encoded(string name) => name.All(letter => letter is > ' ' and < (char)127) ? name : $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}?=";

    private static JsonObject? Parsed(string message)
    {
        try
        {
            return JsonNode.Parse(message) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
