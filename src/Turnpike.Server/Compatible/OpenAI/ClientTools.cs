using System.Text.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads <c>tools</c> of both vendor faces.</summary>
internal static class ClientTools
{
    public static void Read(FaceRequest request, IReadOnlyList<JsonElement> tools, bool isChat)
    {
        for (var i = 0; i < tools.Count; i++)
        {
            var path = $"tools[{i}].";
            var type = tools[i].Needed("type", path);
            if (type == "function" && (isChat ? tools[i].Object("function", path) : tools[i]) is { } function) request.Offer(function.Needed("name", path), function.Text("description", path), function.Object("parameters", path), function.Truth("strict", path));
            else if (!isChat && type.StartsWith("web_search", StringComparison.Ordinal)) request.Parameter("webSearch", JsonSerializer.SerializeToElement(true, Turns.Json.TurnpikeJson.Relaxed.Boolean), path + "type");
            else if (!isChat && type == "mcp") Source(request, tools[i], path);
            else throw Given.UnsupportedValue(path + "type", $"A tool of type \"{type}\" is not taken; it must be function{(isChat ? "" : ", mcp or web_search")}.");
        }
        if (request.AllowedTools is { } only) request.Narrow(only);
    }

    private static void Source(FaceRequest request, JsonElement tool, string path)
    {
        foreach (var name in (string[])["server_url", "connector_id"])
        {
            if (tool.Member(name) is not null) throw Given.UnsupportedParameter(path + name, $"\"{name}\" is not taken: \"server_label\" names a tool source that is configured here.");
        }
        var label = tool.Needed("server_label", path);
        var allowed = tool.Member("allowed_tools") is { ValueKind: JsonValueKind.Object } filter ? filter.List("tool_names", path + "allowed_tools.") : tool.List("allowed_tools", path);
        request.OfferSource(allowed is null ? [label + ".*"] : [.. allowed.Select(name => $"{label}.{name.GetString()}")], tool.Member("require_approval"), path + "require_approval");
    }
}
