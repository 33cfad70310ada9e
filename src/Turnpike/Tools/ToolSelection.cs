using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tools;

/// <summary>Which of the known tools the layers chose so far.</summary>
/// <param name="known">The tools, in order of their names.</param>
/// <param name="groups">The names of groups.</param>
internal sealed class ToolSelection(IReadOnlyList<KnownTool> known, IReadOnlyList<string> groups)
{
    private const int MostShown = 5;
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
        throw Unknown(name, layer);
    }

    /// <summary>Keeps of the chosen tools those that one of these names, groups or globs means.</summary>
    public void Narrow(IReadOnlyList<string> names)
    {
        for (var i = 0; i < _chosen.Length; i++) _chosen[i] &= names.Any(name => ToolGlob.Fits(name, known[i]));
    }

    /// <summary>Chooses the one tool that a name, group or glob means, or that it means of those that are chosen already.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name; <c>parameter_invalid</c> when it means several.</exception>
    public void Require(string name)
    {
        var meant = ToolGlob.Meant(name, known);
        if (meant.Length > 1 && ToolGlob.Meant(name, Chosen()) is [var only]) meant = [only];
        if (meant.Length == 0) throw Unknown(name, "toolChoice");
        if (meant.Length > 1)
            throw new TurnException(TurnErrorCode.ParameterInvalid, $"\"toolChoice\" is \"{name}\", which means {meant.Length} tools: {Shown(meant)}. Name the one that must be called, or say \"required\" for any.") { Field = "parameters.toolChoice" };
        _chosen[Place(tool => ReferenceEquals(tool, meant[0]))] = true;
    }

    /// <summary>Chooses the tools of these calls, as far as they are still there.</summary>
    public void Keep(OpenCall[] calls)
    {
        foreach (var call in calls)
        {
            var at = Place(tool => tool.Name == (call.Tool ?? call.Name));
            if (at < 0 && call.Tool is null) at = Place(tool => tool.Function.Name == call.Name && tool.Source == call.Source); // kept when its own name was not
            if (at >= 0) _chosen[at] = true;
        }
    }

    /// <summary>The chosen tools, in order of their names.</summary>
    public KnownTool[] Chosen()
    {
        var chosen = new KnownTool[_chosen.AsSpan().Count(true)];
        for (var (i, next) = (0, 0); i < _chosen.Length; i++) if (_chosen[i]) chosen[next++] = known[i];
        return chosen;
    }

    private int Place(Func<KnownTool, bool> isIt)
    {
        for (var i = 0; i < known.Count; i++) if (isIt(known[i])) return i;
        return -1;
    }

    private static string Shown(KnownTool[] tools) => string.Join(", ", tools.Take(MostShown).Select(tool => tool.Name)) + (tools.Length > MostShown ? ", …" : "");

    private TurnException Unknown(string name, string layer)
    {
        var offered = known.Count == 0 ? " No tools are registered." : Nearest.Hint(name, [.. known.Select(tool => tool.Name), .. groups]);
        return new(TurnErrorCode.ToolUnknown, $"There is no tool \"{name}\" (asked for by {layer}).{offered}") { Field = "tools" };
    }
}
