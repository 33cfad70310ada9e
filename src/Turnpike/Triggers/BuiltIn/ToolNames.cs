using Turnpike.Turns;
using Turnpike.Turns.Catalogs;
using Turnpike.Turns.Drafts;

namespace Turnpike.Triggers.BuiltIn;

/// <summary>The names of tools that may be typed.</summary>
internal sealed class ToolNames(ToolCatalog tools, TimeProvider time)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(1);
    private volatile Listing _listing = new(null, []);

    /// <summary>All tools now.</summary>
    public ValueTask<IReadOnlyList<KnownTool>> ListAsync(CancellationToken cancellationToken) => tools.ListAsync(null, cancellationToken);

    /// <summary>Tools for completion.</summary>
    public async ValueTask<IReadOnlyList<TriggerSuggestion>> SuggestAsync(TriggerSuggestionRequest asked, CancellationToken cancellationToken) =>
        [.. (await ListAsync(cancellationToken)).Where(tool => !tool.OnlyByName || asked.Typed.Length > 0).Select(tool => new TriggerSuggestion(tool.Name, Detail: tool.Function.Description)), .. tools.Groups.Select(group => new TriggerSuggestion(group, Detail: "A group of tools."))];

    /// <summary>Whether a tool or a glob is known, by a list that is at most a second old; sources answer from memory, and one that does not is not waited for.</summary>
    public bool IsKnown(string name)
    {
        var listing = _listing;
        if (listing.At is not { } at || time.GetElapsedTime(at) > Lasts)
        {
            var asked = ListAsync(CancellationToken.None).AsTask();
            _listing = listing = new(time.GetTimestamp(), asked.IsCompletedSuccessfully ? asked.Result : listing.Tools);
            if (!asked.IsCompletedSuccessfully) _ = RememberAsync(asked);
        }
        return IsGlob(name) ? name.Length > 1 || name == "*" : listing.Tools.Any(tool => Is(tool, name)) || Group(name) is not null;
    }

    /// <summary>The names as the catalog, or the request that brings them, writes them; globs as they are.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name.</exception>
    public async ValueTask<string[]> CheckedAsync(IReadOnlyList<string> names, TurnDraft draft, CancellationToken cancellationToken)
    {
        var known = await ListAsync(cancellationToken);
        var brought = draft.Request.ClientTools;
        return [.. names.Select(name => IsGlob(name) ? name
            : brought.FirstOrDefault(tool => tool.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name ?? known.FirstOrDefault(tool => Is(tool, name))?.Name ?? Group(name)
            ?? throw Method.Unknown(TurnErrorCode.ToolUnknown, "tool", name, known.Select(tool => tool.Name).Concat(brought.Select(tool => tool.Name)).Concat(tools.Groups)))];
    }

    private async Task RememberAsync(Task<IReadOnlyList<KnownTool>> asked) => _listing = new(time.GetTimestamp(), await asked);

    private string? Group(string name) => tools.Groups.FirstOrDefault(group => group.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static bool IsGlob(string name) => name.AsSpan().ContainsAny('*', '?');

    private static bool Is(KnownTool tool, string name) =>
        name.Equals(tool.Name, StringComparison.OrdinalIgnoreCase) || name.Equals(tool.Full, StringComparison.OrdinalIgnoreCase);

    private sealed record Listing(long? At, IReadOnlyList<KnownTool> Tools);
}
