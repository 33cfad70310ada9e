using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>A template with the partials that it reaches.</summary>
/// <param name="partials">Finds a partial by its name; null when there is none.</param>
public sealed class PartialGraph(Func<string, PromptTemplate?> partials)
{
    private const int Deepest = 32;
    private readonly Dictionary<string, IReadOnlySet<string>> _known = new(StringComparer.Ordinal);
    private readonly List<string> _path = [];

    /// <summary>The variables that a template needs, those that its partials need included; <c>input</c> is the typed text.</summary>
    /// <exception cref="TurnException"><c>template_invalid</c> for a partial that there is not, or that includes itself; <c>template_limit</c> for more than 32 levels.</exception>
    public IReadOnlySet<string> VariablesOf(PromptTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        var names = template.Names.Uses.Select(use => use.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var use in template.Names.PartialUses) names.UnionWith(Through(template, use));
        return names;
    }

    private IEnumerable<string> Through(PromptTemplate template, PartialUse use)
    {
        if (_path.Contains(use.Name)) throw TemplateErrors.Invalid(template.Source, use.Span, $"the partial \"{use.Name}\" includes itself: {string.Join(" → ", _path.SkipWhile(name => name != use.Name).Append(use.Name))}.");
        var partial = partials(use.Name) ?? throw TemplateErrors.NoPartial(template.Source, use.Span, use.Name);
        if (!_known.TryGetValue(use.Name, out var needed))
        {
            if (_path.Count >= Deepest) throw TemplateErrors.Limit($"Partials may include each other {Deepest} deep; \"{use.Name}\" went deeper.");
            _path.Add(use.Name);
            needed = _known[use.Name] = VariablesOf(partial);
            _path.RemoveAt(_path.Count - 1);
        }
        return use.SeesVariables ? needed.Except(use.Given) : partial.Names.Uses.Where(inner => inner.IsRooted).Select(inner => inner.Name);
    }
}
