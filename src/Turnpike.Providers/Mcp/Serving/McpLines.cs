using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>The protocol over a pair of streams, one message a line, as programs speak it with those who started them.</summary>
internal sealed class McpLines(McpDispatcher dispatcher, TextReader from, TextWriter to) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5); // for what a script pipes in and waits for
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);

    public void Dispose() => _writing.Dispose();

    /// <summary>Answers until there are no more lines; requests run side by side. Then nobody waits for tools any more: calls that are not answered a few seconds later are cancelled. What else was asked is answered.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (calls, answering) = (left.Token, new List<Task>());
        while (await from.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0) continue;
            answering.RemoveAll(task => task.IsCompleted);
            answering.Add(Task.Run(() => AnswerAsync(line, calls, cancellationToken), CancellationToken.None));
        }
        left.CancelAfter(Grace);
        await Task.WhenAll(answering);
    }

    private async Task AnswerAsync(string line, CancellationToken calls, CancellationToken cancellationToken)
    {
        JsonNode? id = null;
        try
        {
            var message = McpDispatcher.Parse(Encoding.UTF8.GetBytes(line));
            id = McpDispatcher.Id(message);
            McpDispatcher.Check(message);
            if (message["method"] is not { } method) return;
            var parameters = message["params"] as JsonObject ?? [];
            if (!message.ContainsKey("id"))
            {
                if ((string?)method == "notifications/cancelled") Cancel(parameters["requestId"]);
                return;
            }
            var call = new McpCall { Method = (string)method!, Params = parameters, IsModern = IsModern(parameters), Notify = SendAsync };
            if (call.IsModern && (string?)call.Meta![McpProtocol.Version] is { } asked && asked != McpProtocol.Modern) throw new McpError(McpError.Version, $"Version \"{asked}\" of the protocol is not spoken here.", new() { ["supported"] = McpProtocol.Supported, ["requested"] = asked });
            if (!McpDispatcher.Knows(call.Method, call.IsModern) || call.Method == "subscriptions/listen") throw McpDispatcher.Unknown(call.Method);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(call.Method == "tools/call" ? calls : cancellationToken);
            lock (_running) _running[id?.ToJsonString() ?? ""] = stop;
            try
            {
                await SendAsync(McpDispatcher.Message(id, await dispatcher.AnswerAsync(call, stop.Token)));
            }
            finally
            {
                lock (_running) _running.Remove(id?.ToJsonString() ?? "");
            }
        }
        catch (McpError error)
        {
            await SendAsync(McpDispatcher.Message(id, error));
        }
        catch (OperationCanceledException)
        {
            // nobody waits for the answer
        }
        catch (Exception)
        {
            await SendAsync(McpDispatcher.Message(id, new McpError(McpError.Internal, "A fault of the server.")));
        }
    }

    private static bool IsModern(JsonObject parameters) => (parameters["_meta"] as JsonObject)?[McpProtocol.Version] is JsonValue value && value.TryGetValue<string>(out var version) && string.CompareOrdinal(version, McpProtocol.Modern) >= 0;

    private void Cancel(JsonNode? id)
    {
        lock (_running) _running.GetValueOrDefault(id?.ToJsonString() ?? "")?.Cancel();
    }

    private async Task SendAsync(JsonObject message)
    {
        await _writing.WaitAsync();
        try
        {
            await to.WriteAsync(message.ToJsonString(Json) + "\n");
            await to.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }
}
