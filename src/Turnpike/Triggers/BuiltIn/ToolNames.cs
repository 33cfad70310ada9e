using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>The names of tools that may be typed.</summary>
internal sealed class ToolNames(ToolCatalog tools)
{
    /// <summary>All tools now.</summary>
    public ValueTask<IReadOnlyList<KnownTool>> ListAsync(CancellationToken cancellationToken) => tools.ListAsync(null, cancellationToken);

    /// <summary>Tools for completion.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest asked, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(tool => !tool.OnlyByName || asked.Typed.Length > 0).Select(tool => new TriggerSuggestion(tool.Name, Detail: tool.Function.Description)), .. tools.Groups.Select(group => new TriggerSuggestion(group, Detail: "A group of tools."))];

    /// <summary>Those of the names that mean something in a turn: globs, groups, tools of its client and of its key, and what its layers hold though it is gone. Sources are waited for until they have the names.</summary>
    public async ValueTask<IReadOnlyCollection<string>> AmongAsync(IReadOnlyCollection<string> names, TurnDraft? draft, CancellationToken cancellationToken)
    {
        var there = names.Where(name => IsGlob(name) ? name != "?" : (Brought(name, draft) ?? Group(name) ?? Held(name, draft)) is not null).ToHashSet(StringComparer.Ordinal);
        string[] others = [.. names.Where(name => !IsGlob(name) && !there.Contains(name))];
        if (others.Length == 0) return there;
        var known = await tools.ListAsync(others, null, cancellationToken);
        there.UnionWith(others.Where(name => known.Any(tool => Is(tool, name))));
        return there;
    }

    /// <summary>The names as the catalog, or the request that brings them, writes them; globs as they are.</summary>
    /// <param name="names">The names as they were typed.</param>
    /// <param name="draft">The turn.</param>
    /// <param name="orHeld">Whether a name may be one that a layer of the turn holds, though nothing is called so any more.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name.</exception>
    public async ValueTask<string[]> CheckedAsync(IReadOnlyList<string> names, TurnDraft draft, bool orHeld, CancellationToken cancellationToken)
    {
        string[] sought = [.. names.Where(name => !IsGlob(name) && Brought(name, draft) is null && Group(name) is null && (!orHeld || Held(name, draft) is null))];
        var known = sought.Length == 0 ? [] : await tools.ListAsync(sought, null, cancellationToken);
        return [.. names.Select(name => IsGlob(name) ? name
            : Brought(name, draft) ?? known.FirstOrDefault(tool => Is(tool, name))?.Name ?? Group(name) ?? (orHeld ? Held(name, draft) : null)
            ?? throw Method.Unknown(TurnErrorCode.ToolUnknown, "tool", name, known.Select(tool => tool.Name).Concat(draft.BroughtTools().Select(tool => tool.Name)).Concat(tools.Groups)))];
    }

    /// <summary>Warns of each glob among names that no tool fits now.</summary>
    public async ValueTask WarnOfEmptyAsync(IReadOnlyList<string> names, TriggerInvocation invocation, CancellationToken cancellationToken)
    {
        if (!names.Any(IsGlob)) return;
        var known = await ListAsync(cancellationToken);
        foreach (var glob in names.Where(IsGlob))
        {
            if (known.Any(tool => ToolGlob.Offers(glob, tool)) || invocation.Draft.BroughtTools().Exists(tool => ToolGlob.Matches(glob, tool.Name))) continue;
            invocation.Draft.Warn("tool_unknown", $"No tool fits \"{glob}\".", invocation.Span);
        }
    }

    private static string? Brought(string name, TurnDraft? draft) => draft?.BroughtTools().Find(tool => tool.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name;

    private static string? Held(string name, TurnDraft? draft) =>
        draft?.State.Layers.Append(draft.State.Kept).SelectMany(layer => (layer.Tools.Only ?? []).Concat(layer.Tools.Add)).FirstOrDefault(held => held.Equals(name, StringComparison.OrdinalIgnoreCase));

    private string? Group(string name) => tools.Groups.FirstOrDefault(group => group.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsGlob(string name) => name.AsSpan().ContainsAny('*', '?');

    private static bool Is(KnownTool tool, string name) =>
        name.Equals(tool.Name, StringComparison.OrdinalIgnoreCase) || name.Equals(tool.Full, StringComparison.OrdinalIgnoreCase);
}
