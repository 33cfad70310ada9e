using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using Turnpike.Turns.Resources;

namespace Turnpike.Providers.Mcp;

/// <summary>
/// Loads resources of MCP servers: <c>server/URI</c> from that one, and a URI alone from the first that has one of it, in order of their names; those that are not trusted are asked last,
/// so that none of them answers in place of one that is.
/// </summary>
internal sealed class McpResources(ToolServers servers, TimeProvider time) : IResourceLoader
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public string Kind => "mcp";

    /// <summary>How a resource of one server is named: the server's name, which has no slash and no colon, before its URI.</summary>
    public static string At(string server, string uri) => $"{server}/{uri}";

    public async ValueTask<ResourceContent?> LoadAsync(ResourceSource source, CancellationToken cancellationToken)
    {
        if ((source.Resource.Url ?? source.Resource.Ref) is not { Length: > 0 } named) throw new InvalidOperationException("A resource of kind \"mcp\" needs the resource's URI as \"url\".");
        List<string> failed = [];
        var (asked, uri) = Place(await servers.AllAsync(cancellationToken), named);
        foreach (var server in asked)
        {
            using var late = new CancellationTokenSource(Longest, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
            try
            {
                var read = await server.UseAsync(async client => client.ServerCapabilities?.Resources is null ? null : await McpCalls.ReadAsync(client, server.IsProgram, uri, either.Token), either.Token);
                if (read is not null) return Read(read);
            }
            catch (McpProtocolException)
            {
                // It has none of this URI.
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                failed.Add($"Server \"{server.Name}\" did not answer within {Longest.TotalSeconds:0} s.");
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                failed.Add(error.Message);
            }
        }
        return failed.Count == 0 ? null : throw new InvalidOperationException(string.Join(' ', failed));
    }

    private static (IEnumerable<McpToolSource> Asked, string Uri) Place(IReadOnlyList<McpToolSource> all, string named)
    {
        var slash = named.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && named[(slash + 1)..] is { Length: > 0 } uri && all.FirstOrDefault(server => server.Name.Equals(named[..slash], StringComparison.OrdinalIgnoreCase)) is { } one) return ([one], uri);
        return (all.OrderByDescending(server => server.Trusted), named); // the order of names stays
    }

    private static ResourceContent? Read(ReadResourceResult result)
    {
        var texts = result.Contents.OfType<TextResourceContents>().Select(content => content.Text).ToArray();
        if (texts.Length > 0) return new() { Text = string.Join("\n\n", texts) };
        return result.Contents.OfType<BlobResourceContents>().FirstOrDefault() is { } blob ? new() { Data = blob.DecodedData, MediaType = blob.MimeType } : null;
    }
}
