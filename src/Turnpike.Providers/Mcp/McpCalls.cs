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

    /// <summary>The result, or what the server wants to know first.</summary>
    /// <exception cref="InvalidOperationException">It wants what nobody here gives.</exception>
    public static async Task<(CallToolResult? Result, AskedInput? Asked)> CallAsync(McpClient client, string tool, IReadOnlyDictionary<string, object?> arguments, InputExchange? input, CancellationToken cancellationToken)
    {
        var (answers, state) = (input?.Answers is { } given ? JsonNode.Parse(given.GetRawText()) : null, input?.State);
        for (var round = 0; round < MostRounds; round++)
        {
            var answer = await client.SendRequestAsync(Request(client, tool, arguments, input is not null, answers, state), cancellationToken);
            if (answer.Result is not JsonObject result || !result.ContainsKey(AskingTransport.Mark))
                return (answer.Result.Deserialize<CallToolResult>(McpJsonUtilities.DefaultOptions) ?? throw new InvalidOperationException("The server answered nothing."), null);
            state = McpInput.State(result);
            var asked = McpInput.Of(result, state);
            if (asked is not null && input is not null) return (null, asked);
            answers = asked is null ? null : McpInput.Declined(asked); // with a state alone it wants to be asked again
        }
        throw new InvalidOperationException($"The server asked for input {MostRounds} times in one call.");
    }

    private static JsonRpcRequest Request(McpClient client, string tool, IReadOnlyDictionary<string, object?> arguments, bool mayAsk, JsonNode? answers, string? state)
    {
        var told = new JsonObject { ["name"] = tool, ["arguments"] = JsonSerializer.SerializeToNode(arguments, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IReadOnlyDictionary<string, object?>))) };
        if (answers is not null) told["inputResponses"] = answers.DeepClone();
        if (state is not null) told["requestState"] = state;
        var isModern = string.CompareOrdinal(client.NegotiatedProtocolVersion, McpProtocol.Modern) >= 0;
        if (mayAsk && isModern) told["_meta"] = new JsonObject { [McpProtocol.ClientCapabilities] = new JsonObject { ["elicitation"] = new JsonObject { ["form"] = new JsonObject() } } };
        return new() { Method = RequestMethods.ToolsCall, Params = told };
    }
}
