using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Models;
using Turnpike.Turns.Calls;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>Reads <c>tools</c> of both vendor faces.</summary>
internal static class ClientTools
{
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
            if (type == "function" && !isChat) Offer(request, tools[i], path);
            else if (type == "function") Offer(request, tools[i].Object("function", path) ?? throw Given.Invalid(path + "function", $"\"{path}function\" is missing; it must be an object with a \"name\"."), path + "function.");
            else if (!isChat && type.StartsWith("web_search", StringComparison.Ordinal)) Search(request, tools[i], path);
            else if (labelled is not null && type == "mcp") await SourceAsync(request, tools[i], path, labelled, cancellationToken);
            else throw Given.UnsupportedValue(path + "type", $"A tool of type \"{type}\" is not taken; it must be function{(isChat ? "" : ", mcp or web_search")}.");
        }
    }

    private static void Offer(FaceRequest request, JsonElement function, string path) =>
        request.Offer(function.Needed("name", path), function.Text("description", path), function.Object("parameters", path), function.Truth("strict", path), path);

    private static void Search(FaceRequest request, JsonElement tool, string path)
    {
        if (tool.Member("filters") is not null) throw Given.UnsupportedParameter(path + "filters", $"\"{path}filters\" is not taken: no provider here is told which sites it may search.");
        request.Parameter("webSearch", JsonSerializer.SerializeToElement(true, Turns.Json.TurnpikeJson.Relaxed.Boolean), path + "type");
        if (Narrowed(tool, path) is { Count: > 0 } options) request.PassOn(VendorMembers.SearchOptions, options, path + "type");
    }

    /// <summary>How the search is narrowed, as chats write it: the place stands one level deeper there.</summary>
    private static JsonObject Narrowed(JsonElement tool, string path)
    {
        var options = new JsonObject();
        if (tool.Text("search_context_size", path) is { } size) options["search_context_size"] = size;
        if (tool.Object("user_location", path) is not { } place) return options;
        var type = place.Text("type", path + "user_location.") ?? "approximate";
        var more = JsonObject.Create(place)!.Where(member => member.Key != "type").ToArray();
        options["user_location"] = new JsonObject { ["type"] = type, [type] = new JsonObject(more.Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))) };
        return options;
    }

    private static async ValueTask SourceAsync(FaceRequest request, JsonElement tool, string path, LabelledTools labelled, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["server_url", "connector_id"])
        {
            if (tool.Member(name) is not null) throw Given.UnsupportedParameter(path + name, $"\"{name}\" is not taken: \"server_label\" names a tool source that is configured here.");
        }
        var (label, field) = (tool.Needed("server_label", path), path + "server_label");
        var allowed = ToolFilter.Read(tool, "allowed_tools", path, mayBeList: true);
        var (always, never) = Approval(tool, path);
        var names = await labelled.NamesAsync(label, allowed, field, cancellationToken);
        var approval = new Dictionary<string, ToolDecision>();
        if (never is { IsAll: false })
        {
            foreach (var name in names) approval[name] = ToolDecision.Ask;
            foreach (var name in await labelled.NamesAsync(label, never, field, cancellationToken)) approval[name] = ToolDecision.Allow;
        }
        if (always is not null) foreach (var name in always.IsAll ? names : await labelled.NamesAsync(label, always, field, cancellationToken)) approval[name] = ToolDecision.Ask;
        request.OfferSource(names, approval);
    }

    /// <summary>The tools that are always asked for, and those that never are: with these said, all others are.</summary>
    private static (ToolFilter? Always, ToolFilter? Never) Approval(JsonElement tool, string path)
    {
        var field = path + "require_approval";
        switch (tool.Member("require_approval"))
        {
            case null: return default;
            case { ValueKind: JsonValueKind.String } word:
                return word.GetString() switch { "never" => default, "always" => (new(null, null, field), null), _ => throw Given.UnsupportedValue(field, $"\"{field}\" must be never, always or an object.") };
            case { ValueKind: JsonValueKind.Object } filters:
                filters.Only(field + ".", "always", "never");
                return (ToolFilter.Read(filters, "always", field + ".", mayBeList: false), ToolFilter.Read(filters, "never", field + ".", mayBeList: false));
            default: throw Given.Invalid(field, $"\"{field}\" must be a string or an object.");
        }
    }
}
