namespace Turnpike.Turns.Catalogs;

/// <summary>All tools of all sources under the names they are chosen by.</summary>
public sealed class ToolCatalog(IEnumerable<IToolSource> sources)
{
    private readonly IToolSource[] _sources = [.. sources];

    /// <summary>The tools of all sources, in order of their names. A source that fails is left out and told of.</summary>
    /// <param name="failed">Hears of each source that could not be asked.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<IReadOnlyList<KnownTool>> ListAsync(Action<string, Exception>? failed, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, KnownTool>(StringComparer.Ordinal);
        foreach (var source in _sources)
        {
            try
            {
                foreach (var function in await source.ListAsync(cancellationToken))
                {
                    var name = known.ContainsKey(function.Name) ? $"{source.Name}.{function.Name}" : function.Name;
                    known.TryAdd(name, new(name, source.Name, function) { Trusted = source.Trusted });
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                failed?.Invoke(source.Name, error);
            }
        }
        return [.. known.Values.OrderBy(tool => tool.Name, StringComparer.Ordinal)];
    }
}
