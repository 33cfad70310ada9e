using System.IO.Enumeration;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Turnpike.Providers.Mcp;

/// <summary>Reads a server's list of tools. What a model could not be offered safely is left out.</summary>
internal static class McpToolList
{
    private const int MostPages = 100;
    private const int MostTools = 2000;

    /// <summary>The tools, and how long the list counts, if the server says it.</summary>
    public static async ValueTask<(IReadOnlyList<AIFunction> Tools, TimeSpan? Last)> ReadAsync(McpClient client, McpToolSource source, CancellationToken cancellationToken)
    {
        var found = new List<AIFunction>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        TimeSpan? last = null;
        var cursor = (string?)null;
        for (var page = 0; page < MostPages && found.Count < MostTools; page++)
        {
            var list = await PageAsync(client, cursor, cancellationToken);
            var tools = (list["tools"] as JsonArray ?? []).Select(Read).OfType<Tool>().ToArray();
            client.AddKnownTools(tools); // their parameters may be mirrored in headers
            if (Milliseconds(list["ttlMs"]) is { } time && (last is null || time < last)) last = time;
            foreach (var tool in tools)
            {
                if (IsChosen(tool.Name, source) && McpSchema.IsUsable(tool.InputSchema) && names.Add(tool.Name)) found.Add(new McpFunction(tool, source));
            }
            if ((cursor = (list["nextCursor"] as JsonValue)?.TryGetValue<string>(out var next) == true ? next : null) is null) break;
        }
        return (found, last is { Ticks: <= 0 } ? TimeSpan.FromSeconds(1) : last);
    }

    /// <summary>A page as it came: one tool that is not sound must not take the others with it.</summary>
    private static async ValueTask<JsonObject> PageAsync(McpClient client, string? cursor, CancellationToken cancellationToken)
    {
        var answer = await client.SendRequestAsync(new JsonRpcRequest { Method = RequestMethods.ToolsList, Params = cursor is null ? [] : new JsonObject { ["cursor"] = cursor } }, cancellationToken);
        return answer.Result as JsonObject ?? throw new InvalidDataException("its list of tools is no JSON object.");
    }

    private static Tool? Read(JsonNode? tool)
    {
        try
        {
            return tool is JsonObject { } described && described["inputSchema"] is JsonObject ? tool.Deserialize<Tool>(McpJsonUtilities.DefaultOptions) : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private static TimeSpan? Milliseconds(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var milliseconds) && milliseconds is >= 0 and < 1e12 ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static bool IsChosen(string name, McpToolSource source) =>
        name.Length > 0 && (source.Server.Tools.Count == 0 || source.Server.Tools.Any(glob => FileSystemName.MatchesSimpleExpression(glob, name) || FileSystemName.MatchesSimpleExpression(glob, $"{source.Name}.{name}")));
}

/// <summary>Schemas of tools from elsewhere: bounded in depth and size, and without references to the network.</summary>
internal static class McpSchema
{
    private const int LongestSchema = 256 << 10;
    private const int DeepestSchema = 32;

    public static bool IsUsable(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object && schema.GetRawText().Length <= LongestSchema && IsUsable(schema, 0);

    private static bool IsUsable(JsonElement value, int depth)
    {
        if (depth > DeepestSchema) return false;
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().All(item => IsUsable(item, depth + 1));
        if (value.ValueKind != JsonValueKind.Object) return true;
        foreach (var member in value.EnumerateObject())
        {
            if ((member.NameEquals("$ref"u8) || member.NameEquals("$dynamicRef"u8)) && member.Value.ValueKind == JsonValueKind.String && !member.Value.GetString()!.StartsWith('#')) return false;
            if (!IsUsable(member.Value, depth + 1)) return false;
        }
        return true;
    }
}
