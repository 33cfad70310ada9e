using System.Text.Json.Nodes;
using Turnpike.Providers.Mcp.Serving;

namespace Turnpike.Server.Mcp;

/// <summary>The resources that a client wants to hear of, and the marks that they had when it last did.</summary>
internal sealed class WatchedResources
{
    private const int Most = 50;
    private readonly IMcpContent _content;
    private Dictionary<string, string?> _known = [];

    /// <exception cref="McpError">The list is none, or too long.</exception>
    public WatchedResources(IMcpContent content, McpCall call)
    {
        _content = content;
        var asked = call.Object("notifications")["resourceSubscriptions"];
        if (asked is null) return;
        if (asked is not JsonArray list || list.Count > Most || list.Any(uri => uri is not JsonValue value || !value.TryGetValue<string>(out _))) throw new McpError(McpError.Params, $"\"resourceSubscriptions\" must be a list of at most {Most} URIs.");
        Uris = [.. list.Select(uri => (string)uri!).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Which ones.</summary>
    public IReadOnlyList<string> Uris { get; } = [];

    /// <summary>Those that have changed since the last look; none the first time. A look that breaks off is none: what it saw is told by the next.</summary>
    public async Task<IReadOnlyList<string>> ChangedAsync(CancellationToken cancellationToken)
    {
        var now = new Dictionary<string, string?>(Uris.Count, StringComparer.Ordinal);
        foreach (var uri in Uris) now[uri] = await _content.MarkAsync(uri, cancellationToken);
        string[] changed = [.. Uris.Where(uri => _known.TryGetValue(uri, out var before) && before != now[uri])];
        _known = now;
        return changed;
    }
}
