using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>A template with the partials that it reaches.</summary>
/// <param name="partials">Finds a partial by its name; null when there is none.</param>
public sealed class PartialGraph(Func<string, PromptTemplate?> partials)
{
    private const int Deepest = 32;
    private readonly Dictionary<string, (IReadOnlySet<string> Needed, IReadOnlySet<string> Rooted)> _known = new(StringComparer.Ordinal); // rooted: read by @root, wherever the partial stands
    private readonly List<string> _path = [];

    /// <summary>The variables that a template needs, those that its partials need included; <c>input</c> is the typed text.</summary>
    /// <exception cref="TurnException"><c>template_invalid</c> for a partial that there is not, or that includes itself; <c>template_limit</c> for more than 32 levels.</exception>
    public IReadOnlySet<string> VariablesOf(PromptTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return VariablesOf(template, new(0, template.Source.Length));
    }

    /// <summary>The same for a stretch of a template.</summary>
    internal IReadOnlySet<string> VariablesOf(PromptTemplate template, TextSpan stretch)
    {
        var names = In(template.Names.Uses, use => use.Span, stretch).Select(use => use.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var uses in In(template.Names.PartialUses, use => use.Span, stretch).GroupBy(use => use.Name, StringComparer.Ordinal)) names.UnionWith(Through(template, [.. uses]));
        return names;
    }

    /// <summary>Those that begin in a stretch, of a list in the order of the template.</summary>
    private static IEnumerable<T> In<T>(IReadOnlyList<T> ordered, Func<T, TextSpan> span, TextSpan stretch)
    {
        var (first, end) = (0, ordered.Count);
        while (first < end)
        {
            var middle = (first + end) / 2;
            if (span(ordered[middle]).Start < stretch.Start) first = middle + 1;
            else end = middle;
        }
        for (; first < ordered.Count && span(ordered[first]).Start < stretch.End; first++) yield return ordered[first];
    }

    /// <summary>What one partial needs, all the places together where it is included: what every one of them gives is not needed.</summary>
    private IEnumerable<string> Through(PromptTemplate template, List<PartialUse> uses)
    {
        var use = uses[0];
        if (_path.Contains(use.Name)) throw TemplateErrors.Invalid(template.Source, use.Span, $"the partial \"{use.Name}\" includes itself: {string.Join(" → ", _path.SkipWhile(name => name != use.Name).Append(use.Name))}.");
        var partial = partials(use.Name) ?? throw TemplateErrors.NoPartial(template.Source, use.Span, use.Name);
        if (!_known.TryGetValue(use.Name, out var known))
        {
            if (_path.Count >= Deepest) throw TemplateErrors.Limit($"Partials may include each other {Deepest} deep; \"{use.Name}\" went deeper.");
            _path.Add(use.Name);
            known = _known[use.Name] = (VariablesOf(partial), RootedIn(partial));
            _path.RemoveAt(_path.Count - 1);
        }
        var open = uses.Where(one => one.SeesVariables).ToList();
        return open.Count == 0 ? known.Rooted : known.Needed.Except(AlwaysGiven(open)).Concat(known.Rooted);
    }

    /// <summary>What a partial reads by <c>@root</c>, and those that it includes, which are known by now.</summary>
    private HashSet<string> RootedIn(PromptTemplate partial) =>
        [.. partial.Names.Uses.Where(use => use.IsRooted).Select(use => use.Name), .. partial.Names.Partials.SelectMany(name => _known[name].Rooted)];

    private static HashSet<string> AlwaysGiven(List<PartialUse> uses)
    {
        var always = uses[0].Given.ToHashSet(StringComparer.Ordinal);
        for (var i = 1; i < uses.Count && always.Count > 0; i++) always.IntersectWith(uses[i].Given);
        return always;
    }
}
