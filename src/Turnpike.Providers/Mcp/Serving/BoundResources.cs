using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Opening;
using Turnpike.Prompts;
using Turnpike.Turns;

namespace Turnpike.Providers.Mcp.Serving;

/// <summary>The resources that are bound to a prompt as MCP shows them: short texts embedded, longer ones and files as links; images and recordings stay what they are.</summary>
internal sealed class BoundResources
{
    private const int LongestText = 32 << 10;

    private readonly Prompt _prompt;
    private readonly ChatMessage? _user;
    private readonly Dictionary<string, int> _places;

    /// <param name="prompt">The prompt.</param>
    /// <param name="added">The messages that a first turn adds, whose parts know where they came from.</param>
    public BoundResources(Prompt prompt, IReadOnlyList<ChatMessage> added)
    {
        _prompt = prompt;
        _places = TurnResources.Bound(prompt).Select((resource, place) => (resource.Id!, place)).DistinctBy(one => one.Item1).ToDictionary(one => one.Item1, one => one.place, StringComparer.Ordinal);
        _user = added.LastOrDefault(message => message.Role == ChatRole.User && message.Contents.Any(part => MessageParts.ResourceOf(part) is not null));
    }

    /// <summary>The messages that are sent, with each bound resource as a part of its own.</summary>
    public IEnumerable<ChatMessage> Apart(IReadOnlyList<ChatMessage> messages)
    {
        var last = _user is null ? -1 : messages.Select((message, i) => message.Role == ChatRole.User ? i : -1).Max();
        return messages.Select((message, i) => i == last ? _user! : message);
    }

    /// <summary>A part as MCP content; null when it is none of the bound resources, or media that is shown as such.</summary>
    public JsonObject? Content(AIContent part)
    {
        if (MessageParts.ResourceOf(part) is not { } resource || !_places.TryGetValue(resource.Id, out var place)) return null;
        if (part is DataContent media && (media.HasTopLevelMediaType("image") || media.HasTopLevelMediaType("audio"))) return null;
        var (uri, type) = (ServedResources.UriOf(_prompt, place), (part as DataContent)?.MediaType ?? ServedResources.TypeOf(_prompt.Resources[place]) ?? (part is TextContent ? "text/plain" : null));
        if (part is TextContent { Text: var text } && Encoding.UTF8.GetByteCount(text) <= LongestText)
            return new() { ["type"] = "resource", ["resource"] = Typed(new() { ["uri"] = uri, ["text"] = text }, type) };
        var link = new JsonObject { ["type"] = "resource_link", ["uri"] = uri, ["name"] = resource.Title ?? resource.Id };
        return Typed(link, type);
    }

    private static JsonObject Typed(JsonObject described, string? type)
    {
        if (type is not null) described["mimeType"] = type;
        return described;
    }
}
