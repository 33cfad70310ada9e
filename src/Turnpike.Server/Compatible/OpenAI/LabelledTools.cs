using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The tools that a <c>server_label</c> means. Those of the program itself go under one label, whatever source they are of.</summary>
/// <param name="catalog">The sources there are.</param>
internal sealed class LabelledTools(ToolCatalog catalog)
{
    /// <summary>Names of tools, or the globs of whole sources, as they are chosen by.</summary>
    /// <param name="label">The label.</param>
    /// <param name="names">The tools; null: all.</param>
    /// <param name="field">The field that has the label.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>tool_unknown</c>: there is no such source.</exception>
    public async ValueTask<IReadOnlyList<string>> NamesAsync(string label, IReadOnlyList<string>? names, string field, CancellationToken cancellationToken)
    {
        var sources = ToolSources.Of(label, catalog.Sources.Select(source => source.Name));
        if (sources.Count == 0) throw new TurnException(TurnErrorCode.ToolUnknown, $"There is no tool source \"{label}\". The sources are {string.Join(", ", catalog.Sources.Select(source => ToolSources.Label(source.Name)).Distinct().Order(StringComparer.Ordinal))}.") { Field = field };
        if (names is null) return [.. sources.Select(source => source + ".*")];
        if (sources.Count == 1) return [.. names.Select(name => $"{sources[0]}.{name}")];
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var source in catalog.Sources.Where(source => sources.Contains(source.Name)))
        {
            foreach (var tool in await source.ListAsync(cancellationToken)) owners.TryAdd(tool.Name, source.Name);
        }
        return [.. names.Select(name => $"{owners.GetValueOrDefault(name, sources[0])}.{name}")];
    }
}
