using System.Text.Json.Nodes;
using Turnpike.Providers.Mcp.Serving;

namespace Turnpike.Server.Mcp;

/// <summary>The resources that a client wants to hear of, and the marks that they had when it last did.</summary>
internal sealed class WatchedResources
{
    private const int Most = 50;
    private readonly Dictionary<string, string?> _known = new(StringComparer.Ordinal);
    private readonly IMcpContent _content;

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

    /// <summary>Those that have changed since the last look; none the first time.</summary>
    public async Task<IReadOnlyList<string>> ChangedAsync(CancellationToken cancellationToken)
    {
        var changed = new List<string>();
        foreach (var uri in Uris)
        {
            var now = await _content.MarkAsync(uri, cancellationToken);
            if (_known.TryGetValue(uri, out var before) && before != now) changed.Add(uri);
            _known[uri] = now;
        }
        return changed;
    }
}
