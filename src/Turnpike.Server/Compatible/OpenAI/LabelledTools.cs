using System.IO.Enumeration;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Json;

namespace Turnpike.Server.Compatible.OpenAI;

/// <summary>The tools that a <c>server_label</c> means. Those of the program itself go under one label, whatever source they are of.</summary>
/// <param name="catalog">The sources there are.</param>
internal sealed class LabelledTools(ToolCatalog catalog)
{
    private const string ReadOnlyHint = "readOnlyHint";

    /// <summary>Names of tools, or the globs of whole sources, as they are chosen by: always with their source, for two sources may have tools of one name.</summary>
    /// <param name="label">The label.</param>
    /// <param name="filter">Which of the label's tools; null: all.</param>
    /// <param name="field">The field that has the label.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>tool_unknown</c>: there is no such source, or it has no tool of one of the names.</exception>
    public async ValueTask<IReadOnlyList<string>> NamesAsync(string label, ToolFilter? filter, string field, CancellationToken cancellationToken)
    {
        var sources = ToolSources.Of(label, catalog.Sources.Select(source => source.Name));
        if (sources.Count == 0) throw new TurnException(TurnErrorCode.ToolUnknown, $"There is no tool source \"{label}\". The sources are {string.Join(", ", catalog.Sources.Select(source => ToolSources.Label(source.Name)).Distinct().Order(StringComparer.Ordinal))}.") { Field = field };
        if (filter is null or { IsAll: true }) return [.. sources.Select(source => source + ".*")];
        var (tools, isWhole) = await ToolsAsync(sources, cancellationToken);
        var meant = new List<string>();
        foreach (var name in filter.Names ?? ["*"])
        {
            var found = tools.Where(tool => FileSystemName.MatchesSimpleExpression(name, tool.Function.Name)).ToArray();
            if (found.Length == 0 && isWhole && !IsGlob(name)) throw new TurnException(TurnErrorCode.ToolUnknown, $"The source \"{label}\" has no tool \"{name}\".{Nearest.Hint(name, tools.Select(tool => tool.Function.Name))}") { Field = filter.Field };
            if (found.Length == 0 && !isWhole && filter.ReadOnly is null) meant.Add($"{sources[0]}.{name}"); // its source is away; the turn goes on without it
            meant.AddRange(found.Where(tool => filter.ReadOnly is null || filter.ReadOnly == tool.ReadOnly).Select(tool => $"{tool.Source}.{tool.Function.Name}"));
        }
        return [.. meant.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>A call of a source's tool, or a request for its approval, with the tool's name as the model sees it; any other item as it is.</summary>
    public async ValueTask<JsonElement> AsSeenAsync(JsonElement item, CancellationToken cancellationToken)
    {
        if (item.Text("type") is not ("mcp_call" or "mcp_approval_request") || item.Text("server_label") is not { } label || item.Text("name") is not { } name) return item;
        var sources = ToolSources.Of(label, catalog.Sources.Select(source => source.Name));
        var known = await catalog.ListAsync([.. sources.Select(source => $"{source}.{name}")], null, cancellationToken);
        if (known.FirstOrDefault(tool => tool.Own == name && sources.Contains(tool.Source)) is not { } tool || tool.Function.Name == name) return item;
        var seen = JsonObject.Create(item)!;
        seen["name"] = tool.Function.Name;
        return JsonSerializer.SerializeToElement(seen, TurnpikeJson.Relaxed.JsonObject);
    }

    /// <summary>The tools of sources, and whether all of these could be asked. That a tool changes nothing is believed of trusted sources only.</summary>
    private async ValueTask<(List<(string Source, AIFunction Function, bool ReadOnly)> Tools, bool IsWhole)> ToolsAsync(IReadOnlyList<string> sources, CancellationToken cancellationToken)
    {
        var (tools, isWhole) = (new List<(string, AIFunction, bool)>(), true);
        foreach (var source in catalog.Sources.Where(source => sources.Contains(source.Name)))
        {
            try
            {
                foreach (var tool in await source.ListAsync(cancellationToken)) tools.Add((source.Name, tool, source.Trusted && tool.AdditionalProperties.TryGetValue(ReadOnlyHint, out var said) && said is true));
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                isWhole = false; // the turn tells of it
            }
        }
        return (tools, isWhole);
    }

    private static bool IsGlob(string name) => name.AsSpan().ContainsAny('*', '?');
}
