using Turnpike.Turns;

namespace Turnpike.Prompts.Templates;

/// <summary>The names that a template uses, found when it was parsed.</summary>
public sealed class TemplateNames
{
    private readonly List<TemplateUse> _uses = [];
    private readonly List<PartialUse> _partials = [];
    private Dictionary<string, IReadOnlyList<TextSpan>>? _variables;

    /// <summary>Every place where a variable is used, in the order of the template; <c>input</c>, the typed text, is one of them.</summary>
    public IReadOnlyList<TemplateUse> Uses => _uses;

    /// <summary>Names of variables with the places where they stand.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TextSpan>> Variables =>
        _variables ??= _uses.GroupBy(use => use.Name).ToDictionary(uses => uses.Key, uses => (IReadOnlyList<TextSpan>)[.. uses.Select(use => use.Span)], StringComparer.Ordinal);

    /// <summary>Names of partials.</summary>
    public IReadOnlyCollection<string> Partials => [.. _partials.Select(use => use.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Every place where a partial is included, in the order of the template.</summary>
    public IReadOnlyList<PartialUse> PartialUses => _partials;

    /// <summary>Whether it says where the typed text goes.</summary>
    public bool HasInput { get; private set; }

    /// <summary>Whether it says where the history goes.</summary>
    public bool HasHistory { get; internal set; }

    /// <summary>Whether a role or the history's place stands inside a block, so that values decide about the messages.</summary>
    public bool HasInnerStructure { get; internal set; }

    internal void Use(TemplateUse use)
    {
        _uses.Add(use);
        if (use.Name == "input") HasInput = true;
    }

    internal void Include(PartialUse partial) => _partials.Add(partial);
}
