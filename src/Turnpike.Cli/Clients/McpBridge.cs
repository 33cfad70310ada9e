using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Providers.Mcp.Serving;
using Turnpike.Turns.Json;

namespace Turnpike.Cli.Clients;

/// <summary>Carries MCP messages between a pair of streams and the <c>/mcp</c> of a server. Requests run side by side; what comes is passed on as it comes.</summary>
internal sealed class McpBridge(HttpClient http, TextReader from, TextWriter to) : IDisposable
{
    private const int Refused = -32603;
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };
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
        var id = MessageId.Of(Encoding.UTF8.GetBytes(line));
        try
        {
            var body = Parsed(line);
            var cancellationToken = body is not null && Text(body, "method") == "tools/call" ? calls : stop;
            using var request = new HttpRequestMessage(HttpMethod.Post, "mcp") { Content = new StringContent(line, Encoding.UTF8, "application/json") };
            request.Headers.Accept.Add(new("application/json"));
            request.Headers.Accept.Add(new("text/event-stream"));
            if (body is not null) Describe(request.Headers, body);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            using var text = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
            if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream") await PassAsync(text, id, cancellationToken);
            else if (await text.ReadToEndAsync(cancellationToken) is { Length: > 0 } whole) await WriteAsync(Parsed(whole)?["jsonrpc"] is not null ? whole : Fault(id, (string?)Parsed(whole)?["detail"] ?? $"The server answered {(int)answer.StatusCode}."));
        }
        catch (OperationCanceledException) when (calls.IsCancellationRequested)
        {
            stop.ThrowIfCancellationRequested(); // else nobody waits for the answer
        }
        catch (Exception error) when (error is HttpRequestException or IOException or InvalidOperationException or OperationCanceledException)
        {
            await WriteAsync(Fault(id, $"The server was lost before its answer was whole: {error.Message}"));
        }
    }

    /// <summary>Passes on what comes. A stream that ends without the answer is told of under its id.</summary>
    private async Task PassAsync(StreamReader events, JsonNode? id, CancellationToken cancellationToken)
    {
        var isAnswered = id is null;
        while (await events.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            isAnswered = isAnswered || ForeignJson.AreSame(MessageId.Of(Encoding.UTF8.GetBytes(line[6..])), id);
            await WriteAsync(line[6..]);
        }
        if (!isAnswered) await WriteAsync(Fault(id, "The server ended its answer before it was whole."));
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

    /// <summary>What went wrong before it was a matter of the protocol; null for what wants no answer.</summary>
    private static string? Fault(JsonNode? id, string message) => id is null ? null : new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id.DeepClone(), ["error"] = new JsonObject { ["code"] = Refused, ["message"] = message } }.ToJsonString();

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
            return JsonNode.Parse(message, documentOptions: Once) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
