using System.Text.Json;
using System.Text.Json.Nodes;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The tools of a request as its response says them again, and its log keeps them: the members that mean something here, and no others, for a key may be among those.</summary>
internal static class ShownTools
{
    private static readonly string[] Function = ["type", "name", "description", "parameters", "strict"];
    private static readonly string[] Source = ["type", "server_label", "server_description", "allowed_tools", "require_approval"];
    private static readonly string[] Search = ["type", "search_context_size", "user_location"];

    /// <summary>The tools, with the members that strict clients look for; null: there are none.</summary>
    public static JsonElement? Of(JsonElement body)
    {
        if (body.List("tools") is not { Count: > 0 } tools) return null;
        var shown = new JsonArray();
        foreach (var tool in tools)
        {
            var one = new JsonObject();
            foreach (var name in Known(tool)) if (tool.Member(name) is { } value) one[name] = JsonNode.Parse(value.GetRawText());
            if ((string?)one["type"] == "function") foreach (var name in (string[])["parameters", "strict"]) if (!one.ContainsKey(name)) one[name] = null;
            shown.Add(one);
        }
        return JsonElement.Parse(shown.ToJsonString());
    }

    /// <summary>The paths of the members that mean nothing here.</summary>
    public static IEnumerable<string> Ignored(JsonElement body)
    {
        if (body.Member("tools") is not { ValueKind: JsonValueKind.Array } tools) yield break;
        var at = 0;
        foreach (var tool in tools.EnumerateArray())
        {
            var path = $"tools[{at++}].";
            if (tool.ValueKind != JsonValueKind.Object) continue;
            var known = Known(tool);
            foreach (var member in tool.EnumerateObject()) if (member.Value.ValueKind != JsonValueKind.Null && !known.Contains(member.Name)) yield return path + Uri.EscapeDataString(member.Name);
        }
    }

    private static string[] Known(JsonElement tool) => tool.Member("type") is { ValueKind: JsonValueKind.String } type ? type.GetString() switch { "function" => Function, "mcp" => Source, _ => Search } : Search;
}
