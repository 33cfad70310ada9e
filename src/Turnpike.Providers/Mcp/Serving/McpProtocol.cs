using System.Text.Json.Nodes;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>Versions and names of the Model Context Protocol, and what belongs to every answer of its modern era.</summary>
internal static class McpProtocol
{
    public const string Modern = "2026-07-28";
    public const string NewestLegacy = "2025-11-25";
    public const string Version = "io.modelcontextprotocol/protocolVersion";
    public const string ClientCapabilities = "io.modelcontextprotocol/clientCapabilities";
    public const string Server = "io.modelcontextprotocol/serverInfo";
    public const string Subscription = "io.modelcontextprotocol/subscriptionId";
    private const int ListsLast = 60_000;
    private const int DiscoveryLasts = 3_600_000;

    public static IReadOnlyList<string> Legacy { get; } = [NewestLegacy, "2025-06-18", "2025-03-26"];

    public static JsonArray Supported => [Modern, .. Legacy.Select(version => (JsonNode?)version)];

    public static string Instructions => "Prompts of this server can be read with prompts/get and run as tools named run_<key>.";

    public static JsonObject Info() => new() { ["name"] = "turnpike", ["title"] = "Turnpike", ["version"] = typeof(McpProtocol).Assembly.GetName().Version?.ToString(3) ?? "0.0.0" };

    public static JsonObject Capabilities(bool modern)
    {
        var capabilities = new JsonObject
        {
            ["prompts"] = new JsonObject { ["listChanged"] = modern },
            ["resources"] = new JsonObject { ["subscribe"] = modern, ["listChanged"] = modern },
            ["tools"] = new JsonObject { ["listChanged"] = modern },
            ["completions"] = new JsonObject(),
        };
        return capabilities;
    }

    /// <summary>A result as its era wants it.</summary>
    public static JsonObject Finish(string method, JsonObject result, bool modern)
    {
        if (!modern) return result;
        result["resultType"] ??= "complete";
        if (result["_meta"] is not JsonObject meta) result["_meta"] = meta = [];
        meta[Server] = Info();
        int? lasts = method switch
        {
            "server/discover" => DiscoveryLasts,
            "resources/read" => 0,
            _ when method.EndsWith("/list", StringComparison.Ordinal) => ListsLast,
            _ => null,
        };
        if (lasts is not null && (string?)result["resultType"] == "complete") (result["ttlMs"], result["cacheScope"]) = (lasts, "private");
        return result;
    }
}
