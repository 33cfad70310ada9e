using Turnpike.Turns;
using Turnpike.Turns.Calls;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tools;

/// <summary>Which of the known tools the layers chose so far.</summary>
/// <param name="known">The tools, in order of their names.</param>
/// <param name="replaced">The tools in whose place the turn has others under their names.</param>
/// <param name="groups">The names of groups.</param>
/// <param name="failed">The sources that could not be asked: what nobody knows may be theirs.</param>
/// <param name="missing">Hears of each name that is left out because it may be there again, or was there once.</param>
internal sealed class ToolSelection(IReadOnlyList<KnownTool> known, IReadOnlyList<KnownTool> replaced, IReadOnlyList<string> groups, IReadOnlyList<string> failed, Action<string> missing)
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

    /// <summary>Chooses what a name, group or glob means. A glob may mean nothing, and says so; a name must be known.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name.</exception>
    public void Add(string name, string layer)
    {
        if (Offer(Now(name))) return;
        if (!MayBeNone(name)) Miss(name, layer, layer);
        else if (layer != "trigger" && name != "*") missing($"No tool fits \"{name}\" (asked for by {layer}). The turn goes on without."); // a trigger has told of it where it stands
    }

    /// <summary>Chooses what a name, group or glob means, if that is anything.</summary>
    public bool Offer(string name)
    {
        var any = false;
        for (var i = 0; i < _chosen.Length; i++) if (ToolGlob.Offers(name, known[i])) any = _chosen[i] = true;
        return any;
    }

    /// <summary>Keeps of the chosen tools those that one of these names, groups or globs means. A name must be known, or what it should leave would be lost unseen.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name.</exception>
    public void Narrow(IReadOnlyList<string> names)
    {
        var only = names.Select(Now).ToArray();
        foreach (var name in only) if (!MayBeNone(name) && Place(tool => ToolGlob.Fits(name, tool)) < 0) Miss(name, "toolChoice", "request");
        for (var i = 0; i < _chosen.Length; i++) _chosen[i] &= Array.Exists(only, name => ToolGlob.Fits(name, known[i]));
    }

    /// <summary>Chooses the one tool that a name, group or glob means, or that it means of those that are chosen already.</summary>
    /// <exception cref="TurnException"><c>tool_unknown</c>, with the nearest name; <c>parameter_invalid</c> when it means several.</exception>
    public void Require(string name, string layer)
    {
        var meant = ToolGlob.Meant(name, known);
        if (meant.Length > 1 && ToolGlob.Meant(name, Chosen()) is [var only]) meant = [only];
        if (meant.Length == 0)
        {
            Miss(name, "toolChoice", layer);
            return;
        }
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

    private bool MayBeNone(string name) => ToolGlob.Is(name) || groups.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name under which a tool, or the one in its place, is known in this turn.</summary>
    private string Now(string name) => replaced.FirstOrDefault(tool => ToolGlob.Names(name, tool))?.Name ?? name;

    private int Place(Func<KnownTool, bool> isIt)
    {
        for (var i = 0; i < known.Count; i++) if (isIt(known[i])) return i;
        return -1;
    }

    private static string Shown(KnownTool[] tools) => string.Join(", ", tools.Take(MostShown).Select(tool => tool.Name)) + (tools.Length > MostShown ? ", …" : "");

    /// <summary>A name that nobody knows is a mistake of whoever says it now; kept settings outlive tools, and must not lock a conversation, nor must a source that is away: what is nearly a known name, said now, is still a mistake.</summary>
    private void Miss(string name, string asker, string layer)
    {
        var isSlip = layer is "trigger" or "request" && Nearest.To(name, Names) is not null;
        if (failed.Count > 0 && !isSlip) missing($"There is no tool \"{name}\" (asked for by {asker}) among those that could be asked for; it may be one of \"{string.Join("\", \"", failed)}\". The turn goes on without it.");
        else if (layer is not ("trigger" or "request" or "agent" or "prompt")) missing($"{Unknown(name, asker)} The turn goes on without it.");
        else throw new TurnException(TurnErrorCode.ToolUnknown, Unknown(name, asker)) { Field = asker == "toolChoice" ? "parameters.toolChoice" : "tools" };
    }

    private string Unknown(string name, string asker) =>
        $"There is no tool \"{name}\" (asked for by {asker}).{(known.Count == 0 ? " No tools are registered." : Nearest.Hint(name, Names))}";

    private IEnumerable<string> Names => known.Select(tool => tool.Name).Concat(groups);
}
