using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Providers;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>An OpenAI-compatible provider that asks for tools once and then says "done"; it remembers the bodies it was sent.</summary>
internal sealed class ScriptedCompletions : IAsyncDisposable
{
    private readonly RawServer _server;
    private int _asked;

    public ScriptedCompletions(string calls)
    {
        var first = new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = new JsonObject { ["role"] = "assistant", ["tool_calls"] = new JsonArray([.. JsonNode.Parse(calls)!.AsArray().Select((call, i) => Call(call!, i))]) }, ["finish_reason"] = "tool_calls" }) };
        _server = RawServer.Start(exchange => Interlocked.Increment(ref _asked) == 1
            ? exchange.StreamAsync($"data: {first.ToJsonString()}\n\n", "data: [DONE]\n\n")
            : exchange.StreamAsync("data: " + """{"choices":[{"index":0,"delta":{"role":"assistant","content":"done"},"finish_reason":"stop"}]}""" + "\n\n", "data: [DONE]\n\n")).Unlisted();
    }

    public string Url => _server.Url + "v1";

    public IReadOnlyList<string> Bodies => [.. _server.Requests.Select(request => request.Body)];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static JsonObject Call(JsonNode call, int index) => new()
    {
        ["index"] = index,
        ["id"] = (string?)call["id"],
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = (string?)call["name"], ["arguments"] = (string?)call["arguments"] },
    };
}
