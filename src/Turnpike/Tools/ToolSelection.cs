using Turnpike.Turns;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tools;

/// <summary>Which of the known tools the layers chose so far.</summary>
/// <param name="known">The tools, in order of their names.</param>
/// <param name="groups">The names of groups.</param>
internal sealed class ToolSelection(IReadOnlyList<KnownTool> known, IReadOnlyList<string> groups)
{
    private readonly bool[] _chosen = new bool[known.Count];

    /// <summary>Takes what one layer says, over those before it.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name.</exception>
    public void Apply(NameSelection said, string layer)
    {
        if (said.IsEmpty) return;
        if (said.Only is { } only)
        {
            Array.Clear(_chosen);
            foreach (var name in only) Add(name, layer);
        }
        foreach (var name in said.Add) Add(name, layer);
        foreach (var name in said.Remove)
        {
            for (var i = 0; i < _chosen.Length; i++) if (_chosen[i] && ToolGlob.Fits(name, known[i])) _chosen[i] = false;
        }
    }

    /// <summary>Chooses what a name, group or glob means. A glob may mean nothing, a name must be known.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name.</exception>
    public void Add(string name, string layer)
    {
        var any = false;
        for (var i = 0; i < _chosen.Length; i++) if (ToolGlob.Offers(name, known[i])) any = _chosen[i] = true;
        if (any || ToolGlob.Is(name) || groups.Contains(name, StringComparer.OrdinalIgnoreCase)) return;
        var offered = known.Count == 0 ? " No tools are registered." : Nearest.Hint(name, [.. known.Select(tool => tool.Name), .. groups]);
        throw new TurnException(TurnErrorCode.ToolUnknown, $"There is no tool \"{name}\" (asked for by {layer}).{offered}") { Field = "tools" };
    }

    /// <summary>Chooses the tools of these names, as far as there are any.</summary>
    public void Keep(string[] names)
    {
        if (names.Length == 0) return;
        for (var i = 0; i < _chosen.Length; i++) _chosen[i] |= names.Contains(known[i].Name);
    }

    /// <summary>The chosen tools, in order of their names.</summary>
    public KnownTool[] Chosen()
    {
        var chosen = new KnownTool[_chosen.AsSpan().Count(true)];
        for (var (i, next) = (0, 0); i < _chosen.Length; i++) if (_chosen[i]) chosen[next++] = known[i];
        return chosen;
    }
}
