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
    private const int MostLeftOut = 20;
    private const int LongestName = 100;

    /// <summary>The tools, how long the list counts, if the server says it, and what was left out of it.</summary>
    public static async ValueTask<(IReadOnlyList<AIFunction> Tools, TimeSpan? Last, IReadOnlyList<string> LeftOut)> ReadAsync(McpClient client, McpToolSource source, CancellationToken cancellationToken)
    {
        var found = new List<AIFunction>();
        var leftOut = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        TimeSpan? last = null;
        var cursor = (string?)null;
        for (var page = 0; page < MostPages && found.Count < MostTools; page++)
        {
            var list = await PageAsync(client, cursor, cancellationToken);
            if (Milliseconds(list["ttlMs"]) is { } time && (last is null || time < last)) last = time;
            foreach (var described in list["tools"] as JsonArray ?? [])
            {
                var (tool, why) = Read(described);
                if (!IsChosen(tool?.Name ?? Name(described), source)) continue;
                why ??= McpSchema.Fault(tool!.InputSchema) ?? Known(client, tool);
                if (why is not null) leftOut.Add($"{Short(tool?.Name ?? Name(described))}: {why}");
                else if (!names.Add(tool!.Name)) leftOut.Add($"{Short(tool.Name)}: another tool of the list has its name");
                else found.Add(new McpFunction(tool, source));
            }
            if ((cursor = (list["nextCursor"] as JsonValue)?.TryGetValue<string>(out var next) == true ? next : null) is null) break;
        }
        return (found, last is { Ticks: <= 0 } ? TimeSpan.FromSeconds(1) : last, leftOut.Count <= MostLeftOut ? leftOut : [.. leftOut.Take(MostLeftOut), $"and {leftOut.Count - MostLeftOut} more"]);
    }

    /// <summary>A page as it came: one tool that is not sound must not take the others with it.</summary>
    private static async ValueTask<JsonObject> PageAsync(McpClient client, string? cursor, CancellationToken cancellationToken)
    {
        var answer = await client.SendRequestAsync(new JsonRpcRequest { Method = RequestMethods.ToolsList, Params = cursor is null ? [] : new JsonObject { ["cursor"] = cursor } }, cancellationToken);
        return answer.Result as JsonObject ?? throw new InvalidDataException("its list of tools is no JSON object.");
    }

    private static (Tool? Tool, string? Fault) Read(JsonNode? tool)
    {
        try
        {
            if (tool is JsonObject deep && deep.ContainsKey(DeepMessages.Mark)) return (null, $"it is nested deeper than {DeepMessages.Deepest} levels");
            if (tool is not JsonObject { } described || described["inputSchema"] is not JsonObject) return (null, "it has no schema that is an object");
            return tool.Deserialize<Tool>(McpJsonUtilities.DefaultOptions) is { Name.Length: > 0 } named ? (named, null) : (null, "it has no name");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return (null, "it is not described as a tool is");
        }
    }

    /// <summary>Tells the client of a tool, whose parameters may be mirrored in headers; why that cannot be done.</summary>
    private static string? Known(McpClient client, Tool tool)
    {
        try
        {
            client.AddKnownTools([tool]);
            return null;
        }
        catch (ArgumentException)
        {
            return "its schema has an \"x-mcp-header\" that cannot be one: it must be the unique name of a header, at a text, integer or boolean";
        }
    }

    private static string Name(JsonNode? tool) => tool is JsonObject described && described["name"] is JsonValue name && name.TryGetValue<string>(out var text) && text.Length > 0 ? text : "(no name)";

    private static string Short(string name) => name.Length <= LongestName ? name : $"{name[..LongestName]}…";

    private static TimeSpan? Milliseconds(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var milliseconds) && milliseconds is >= 0 and < 1e12 ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private static bool IsChosen(string name, McpToolSource source) =>
        name.Length > 0 && (source.Server.Tools.Count == 0 || source.Server.Tools.Any(glob => FileSystemName.MatchesSimpleExpression(glob, name) || FileSystemName.MatchesSimpleExpression(glob, $"{source.Name}.{name}")));
}

/// <summary>Schemas of tools from elsewhere: bounded in depth and size, and without references to the network.</summary>
internal static class McpSchema
{
    private const int LongestSchema = 256 << 10;
    private const int DeepestSchema = 32;

    /// <summary>Why a schema cannot be used; null: it can.</summary>
    public static string? Fault(JsonElement schema) =>
        schema.ValueKind != JsonValueKind.Object ? "it has no schema that is an object"
        : schema.GetRawText().Length > LongestSchema ? $"its schema is longer than {LongestSchema >> 10} KiB"
        : IsUsable(schema, 0) ? null : $"its schema is deeper than {DeepestSchema} levels or refers to something outside of itself";

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
