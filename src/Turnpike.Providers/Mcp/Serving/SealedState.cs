using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Turns;
using Turnpike.Turns.Access;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>
/// State that a client carries for us between a question and its answer: it can neither read nor change it, nor use it for another request. Every node that has the
/// keys of stored secrets opens it.
/// </summary>
internal sealed class SealedState(ISecretBox box, TimeProvider time)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);
    private const string Purpose = "state of an MCP request";

    public string Seal(McpCall call, JsonObject state)
    {
        var whole = new JsonObject { ["k"] = call.Caller.Key, ["m"] = call.Method, ["d"] = Digest(call), ["s"] = state.DeepClone(), ["e"] = (time.GetUtcNow() + Lasts).ToUnixTimeSeconds() };
        return box.Seal(whole.ToJsonString(), Purpose);
    }

    /// <exception cref="McpError">It is not ours, is too old, or belongs to another request.</exception>
    public JsonObject Open(McpCall call)
    {
        try
        {
            var given = call.Text("requestState");
            var plain = box.Open(given, Purpose);
            if (plain == given) throw new FormatException(); // it never was sealed: anybody may have written it
            var whole = JsonNode.Parse(plain)!.AsObject();
            if ((string?)whole["k"] == call.Caller.Key && (string?)whole["m"] == call.Method && (string?)whole["d"] == Digest(call) && (long)whole["e"]! >= time.GetUtcNow().ToUnixTimeSeconds()) return whole["s"]!.AsObject();
        }
        catch (Exception error) when (error is FormatException or TurnException { Code: TurnErrorCode.StorageUnavailable } or JsonException)
        {
            // told below, in one way for all
        }
        throw new McpError(McpError.Params, "\"requestState\" is not of this request, or older than ten minutes. Ask again without it.");
    }

    private static string Digest(McpCall call) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call.Params["name"]?.ToJsonString()}\n{call.Params["arguments"]?.ToJsonString()}")));
}
