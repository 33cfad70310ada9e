using System.Text.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads <c>tools</c> of both vendor faces.</summary>
internal static class ClientTools
{
    private const string OurPrefix = ToolSources.Ours + ".";

    /// <param name="request">Gets the tools.</param>
    /// <param name="tools">The list.</param>
    /// <param name="labelled">The tools of sources; null: the face takes none.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async ValueTask ReadAsync(FaceRequest request, IReadOnlyList<JsonElement> tools, LabelledTools? labelled, CancellationToken cancellationToken)
    {
        var isChat = labelled is null;
        for (var i = 0; i < tools.Count; i++)
        {
            var path = $"tools[{i}].";
            var type = tools[i].Needed("type", path);
            if (type == "function" && (isChat ? tools[i].Object("function", path) : tools[i]) is { } function) request.Offer(function.Needed("name", path), function.Text("description", path), function.Object("parameters", path), function.Truth("strict", path));
            else if (!isChat && type.StartsWith("web_search", StringComparison.Ordinal)) request.Parameter("webSearch", JsonSerializer.SerializeToElement(true, Turns.Json.TurnpikeJson.Relaxed.Boolean), path + "type");
            else if (labelled is not null && type == "mcp") await SourceAsync(request, tools[i], path, labelled, cancellationToken);
            else throw Given.UnsupportedValue(path + "type", $"A tool of type \"{type}\" is not taken; it must be function{(isChat ? "" : ", mcp or web_search")}.");
        }
        if (request.AllowedTools is not { } only) return;
        var narrowed = new List<string>(only.Count);
        foreach (var name in only)
        {
            if (labelled is null || !name.StartsWith(OurPrefix, StringComparison.Ordinal)) narrowed.Add(name);
            else narrowed.AddRange(await labelled.NamesAsync(ToolSources.Ours, name == OurPrefix + "*" ? null : [name[OurPrefix.Length..]], "tool_choice", cancellationToken));
        }
        request.Narrow(narrowed);
    }

    private static async ValueTask SourceAsync(FaceRequest request, JsonElement tool, string path, LabelledTools labelled, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["server_url", "connector_id"])
        {
            if (tool.Member(name) is not null) throw Given.UnsupportedParameter(path + name, $"\"{name}\" is not taken: \"server_label\" names a tool source that is configured here.");
        }
        var label = tool.Needed("server_label", path);
        var allowed = tool.Member("allowed_tools") is { ValueKind: JsonValueKind.Object } filter ? filter.Texts("tool_names", path + "allowed_tools.") : tool.Texts("allowed_tools", path);
        var (approval, field) = (tool.Member("require_approval"), path + "require_approval");
        var asks = FaceRequest.Asks(approval, field);
        request.OfferSource(await labelled.NamesAsync(label, allowed, path + "server_label", cancellationToken), asks, approval, field);
    }
}
