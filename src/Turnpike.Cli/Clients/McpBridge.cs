using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Cli.Clients;

/// <summary>Carries MCP messages between a pair of streams and the <c>/mcp</c> of a server.</summary>
internal sealed class McpBridge(HttpClient http, TextReader from, TextWriter to)
{
    /// <summary>Carries messages until there are no more lines.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await from.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0) continue;
            using var request = new HttpRequestMessage(HttpMethod.Post, "mcp") { Content = new StringContent(line, Encoding.UTF8, "application/json") };
            request.Headers.Accept.Add(new("application/json"));
            request.Headers.Accept.Add(new("text/event-stream"));
            Describe(request.Headers, line);
            using var answer = await http.SendAsync(request, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            foreach (var message in Messages(answer, body)) await to.WriteAsync(message + "\n");
            await to.FlushAsync(cancellationToken);
        }
    }

    private static IEnumerable<string> Messages(HttpResponseMessage answer, string body) => answer.Content.Headers.ContentType?.MediaType == "text/event-stream"
        ? body.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])
        : body.Length == 0 ? [] : [body];

    /// <summary>The headers that say what the body says, which the modern era wants over HTTP.</summary>
    private static void Describe(HttpRequestHeaders headers, string message)
    {
        if (Parsed(message) is not { } body || (body["params"] as JsonObject)?["_meta"] is not JsonObject meta || (string?)meta["io.modelcontextprotocol/protocolVersion"] is not { } version) return;
        headers.Add("MCP-Protocol-Version", version);
        headers.Add("Mcp-Method", (string?)body["method"] ?? "");
        if (((string?)body["params"]!["name"] ?? (string?)body["params"]!["uri"]) is { } name) headers.Add("Mcp-Name", Encoded(name));
    }

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
