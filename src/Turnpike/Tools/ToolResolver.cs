using System.IO.Enumeration;
using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Tools;

/// <summary>Door 5: the names that the layers chose become tools. Late, so that whatever triggers and middleware said still counts.</summary>
public sealed class ToolResolver(ToolCatalog catalog)
{
    /// <summary>The tools that the turn offers.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name.</exception>
    public async ValueTask<OfferedTools> ResolveAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        var layers = draft.State.Layers.Reverse().ToArray();
        var required = draft.Parameters.ToolChoice is { } choice && choice is not ("auto" or "none" or "required") ? choice : null;
        if (required is null && layers.All(layer => layer.Tools.IsEmpty)) return OfferedTools.None;

        var known = await catalog.ListAsync((source, error) => draft.Warn("tool_source_failed", $"The tools of \"{source}\" are missing from this turn: {error.Message}"), cancellationToken);
        var chosen = new SortedDictionary<string, KnownTool>(StringComparer.Ordinal);
        foreach (var layer in layers) Apply(layer, known, chosen);
        if (required is not null) foreach (var tool in Matching(required, known, "toolChoice")) chosen.TryAdd(tool.Name, tool);

        foreach (var tool in chosen.Values) draft.Trace.Record("tools." + tool.Name, null, "offered", tool.Source);
        return chosen.Count == 0 ? OfferedTools.None : new([.. chosen.Values]);
    }

    private static void Apply(SettingsLayer layer, IReadOnlyList<KnownTool> known, SortedDictionary<string, KnownTool> chosen)
    {
        if (layer.Tools.Only is { } only)
        {
            chosen.Clear();
            foreach (var tool in only.SelectMany(name => Matching(name, known, layer.Name))) chosen.TryAdd(tool.Name, tool);
        }
        foreach (var tool in layer.Tools.Add.SelectMany(name => Matching(name, known, layer.Name))) chosen.TryAdd(tool.Name, tool);
        foreach (var name in layer.Tools.Remove)
        {
            foreach (var tool in chosen.Values.Where(tool => Fits(name, tool)).ToArray()) chosen.Remove(tool.Name);
        }
    }

    private static KnownTool[] Matching(string name, IReadOnlyList<KnownTool> known, string layer)
    {
        var matches = known.Where(tool => Fits(name, tool)).ToArray();
        if (matches.Length == 0 && !IsGlob(name))
        {
            var offered = known.Count == 0 ? " No tools are registered." : Nearest.Hint(name, known.Select(tool => tool.Name));
            throw new TurnException(TurnErrorCode.ToolUnknown, $"There is no tool \"{name}\" (asked for by {layer}).{offered}") { Field = "tools" };
        }
        return matches;
    }

    private static bool Fits(string name, KnownTool tool) => IsGlob(name)
        ? FileSystemName.MatchesSimpleExpression(name, tool.Name) || FileSystemName.MatchesSimpleExpression(name, $"{tool.Source}.{tool.Function.Name}")
        : string.Equals(name, tool.Name, StringComparison.OrdinalIgnoreCase) || string.Equals(name, $"{tool.Source}.{tool.Function.Name}", StringComparison.OrdinalIgnoreCase);

    private static bool IsGlob(string name) => name.AsSpan().ContainsAny('*', '?');
}
