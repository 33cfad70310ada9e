using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Turnpike.Providers.Mcp.Serving;
using Turnpike.Turns.Calls;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// Calls tools in the rounds that the protocol has for them: a server may answer that it wants input first, and gets the same call again with it. Where a person can
/// be asked, that is left to whoever called; elsewhere every question is declined.
/// </summary>
internal static class McpCalls
{
    private const int MostRounds = 10;
    private const long FirstId = 1L << 30; // far from those that the SDK gives
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static long _calls;

    /// <summary>The result, or what the server wants to know first. A server hears of a call that is cancelled.</summary>
    /// <exception cref="InvalidOperationException">It wants what nobody here gives.</exception>
    public static async Task<(CallToolResult? Result, AskedInput? Asked)> CallAsync(McpClient client, bool isProgram, string tool, IReadOnlyDictionary<string, object?> arguments, InputExchange? input, CancellationToken cancellationToken)
    {
        var (answers, state) = (input?.Answers is { } given ? JsonNode.Parse(given.GetRawText()) : null, input?.State);
        for (var round = 0; round < MostRounds; round++)
        {
            var answer = await SendAsync(client, isProgram, Request(client, tool, arguments, input is not null, answers, state), cancellationToken);
            if (answer.Result is not JsonObject result || !result.ContainsKey(AskingTransport.Mark))
                return (answer.Result.Deserialize<CallToolResult>(McpJsonUtilities.DefaultOptions) ?? throw new InvalidOperationException("The server answered nothing."), null);
            state = McpInput.State(result);
            var asked = McpInput.Of(result, state);
            if (asked is not null && input is not null) return (null, asked);
            answers = asked is null ? null : McpInput.Declined(asked); // with a state alone it wants to be asked again
        }
        throw new InvalidOperationException($"The server asked for input {MostRounds} times in one call.");
    }

    /// <summary>Reads a resource. A server hears of a reading that is cancelled.</summary>
    public static async Task<ReadResourceResult> ReadAsync(McpClient client, bool isProgram, string uri, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(client, isProgram, new() { Id = NextId(), Method = RequestMethods.ResourcesRead, Params = new JsonObject { ["uri"] = uri } }, cancellationToken);
        return answer.Result.Deserialize<ReadResourceResult>(McpJsonUtilities.DefaultOptions) ?? throw new InvalidOperationException("The server answered nothing.");
    }

    /// <summary>Sends a request. When it is cancelled the server is told, which the SDK leaves out; over HTTP in the newer era it sees that nobody listens any more.</summary>
    private static async Task<JsonRpcResponse> SendAsync(McpClient client, bool isProgram, JsonRpcRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.SendRequestAsync(request, cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested && (isProgram || !IsModern(client)))
        {
            _ = Task.Run(() => TellCancelledAsync(client, request.Id), CancellationToken.None); // whoever cancels waits for no server
            throw;
        }
    }

    private static async Task TellCancelledAsync(McpClient client, RequestId call)
    {
        using var late = new CancellationTokenSource(Patience);
        try
        {
            await client.SendNotificationAsync(NotificationMethods.CancelledNotification, new CancelledNotificationParams { RequestId = call, Reason = "Nobody waits for the result any more." }, cancellationToken: late.Token);
        }
        catch (Exception)
        {
            // The server is gone, or hears nothing.
        }
    }

    private static RequestId NextId() => new(FirstId + Interlocked.Increment(ref _calls));

    private static bool IsModern(McpClient client) => string.CompareOrdinal(client.NegotiatedProtocolVersion, McpProtocol.Modern) >= 0;

    private static JsonRpcRequest Request(McpClient client, string tool, IReadOnlyDictionary<string, object?> arguments, bool mayAsk, JsonNode? answers, string? state)
    {
        var told = new JsonObject { ["name"] = tool, ["arguments"] = JsonSerializer.SerializeToNode(arguments, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IReadOnlyDictionary<string, object?>))) };
        if (answers is not null) told["inputResponses"] = answers.DeepClone();
        if (state is not null) told["requestState"] = state;
        if (mayAsk && IsModern(client)) told["_meta"] = new JsonObject { [McpProtocol.ClientCapabilities] = new JsonObject { ["elicitation"] = new JsonObject { ["form"] = new JsonObject() } } };
        return new() { Id = NextId(), Method = RequestMethods.ToolsCall, Params = told };
    }
}
