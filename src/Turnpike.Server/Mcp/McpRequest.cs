using System.Text;
using System.Text.Json.Nodes;
using Turnpike.Providers.Mcp.Serving;

namespace Turnpike.Server.Mcp;

/// <summary>One message as it came over HTTP: which era it is of, and whether its headers and its body agree.</summary>
internal sealed class McpRequest(JsonObject message, IHeaderDictionary headers)
{
    private const string VersionHeader = "MCP-Protocol-Version";
    private static readonly string[] Named = ["tools/call", "prompts/get", "resources/read"];

    public string? Method => (string?)message["method"];

    /// <summary>Whether it wants no answer.</summary>
    public bool IsNotification => Method is null || !message.ContainsKey("id");

    public JsonObject Params => message["params"] as JsonObject ?? [];

    public bool IsModern => Method != "initialize" && (MetaVersion is not null || string.CompareOrdinal(Header(VersionHeader), McpProtocol.Modern) >= 0);

    private JsonObject? Meta => Params["_meta"] as JsonObject;

    private string? MetaVersion => Meta?[McpProtocol.Version] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <exception cref="McpError">What is wrong with it, by the rules of its era, in their order.</exception>
    public void Check()
    {
        if (!IsModern)
        {
            if (!McpDispatcher.Knows(Method!, modern: false)) throw new McpError(McpError.Method, McpDispatcher.Unknown(Method!).Message);
            return;
        }
        var asked = MetaVersion ?? Header(VersionHeader)!;
        if (asked != McpProtocol.Modern) throw new McpError(McpError.Version, $"Version \"{asked}\" of the protocol is not spoken here.", new() { ["supported"] = McpProtocol.Supported, ["requested"] = asked }, 400);
        Agree(VersionHeader, MetaVersion ?? McpProtocol.Modern);
        Agree("Mcp-Method", Method!);
        if (Named.Contains(Method)) Agree("Mcp-Name", Name(Method == "resources/read" ? "uri" : "name"));
        if (MetaVersion is null) throw Lacks(McpProtocol.Version, "a text");
        if (Meta?[McpProtocol.ClientCapabilities] is not JsonObject) throw Lacks(McpProtocol.ClientCapabilities, "an object");
        if (!McpDispatcher.Knows(Method!, modern: true)) throw McpDispatcher.Unknown(Method!);
    }

    private static McpError Lacks(string key, string kind) => new(McpError.Params, $"\"_meta\" needs \"{key}\", {kind}.", status: 400);

    private string Name(string member) => Params[member] is null ? "" : McpCall.Said(Params, member) ?? throw new McpError(McpError.Params, $"\"{member}\" must be a text.", status: 400);

    private void Agree(string header, string body)
    {
        if (Header(header) is not { } said) throw new McpError(McpError.Header, $"The header {header} is missing.", status: 400);
        if (Decoded(said) != body) throw new McpError(McpError.Header, $"The header {header} says \"{said}\" and the body \"{body}\".", status: 400);
    }

    private static string? Decoded(string header)
    {
        const string Start = "=?base64?", End = "?=";
        if (!header.StartsWith(Start, StringComparison.Ordinal) || !header.EndsWith(End, StringComparison.Ordinal) || header.Length < Start.Length + End.Length) return header;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(header[Start.Length..^End.Length]));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private string? Header(string name) => headers.TryGetValue(name, out var values) && values.ToString().Trim() is { Length: > 0 } text ? text : null;
}
