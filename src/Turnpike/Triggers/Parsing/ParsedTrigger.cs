using Turnpike.Turns;

namespace Turnpike.Triggers.Parsing;

/// <summary>Something in a typed text that begins like a trigger and has a name.</summary>
public sealed class ParsedTrigger
{
    private readonly string _name;

    internal ParsedTrigger(string name, TriggerDefinition? definition, bool sticky, TextSpan span, IReadOnlyList<TriggerValue> values, string? fault) =>
        (_name, Definition, Sticky, Span, Values, Fault) = (name, definition, sticky, span, values, fault);

    /// <summary>Namespace and method as the catalog calls them; as typed when there is no such trigger.</summary>
    public string Name => Definition?.FullName ?? _name;

    /// <summary>The method; null when there is no such trigger.</summary>
    public TriggerDefinition? Definition { get; }

    /// <summary>Whether a <c>!</c> stands behind its name.</summary>
    public bool Sticky { get; }

    /// <summary>Where it stands, START and END included.</summary>
    public TextSpan Span { get; }

    /// <summary>Its values, in the order in which they were typed.</summary>
    public IReadOnlyList<TriggerValue> Values { get; }

    /// <summary>The code of what is wrong with it; null when it will be run.</summary>
    public string? Fault { get; }

    /// <summary>Whether it will be run and leaves the text.</summary>
    public bool IsAccepted => Fault is null;

    /// <summary>The same in a text that the one it was read in stands in, so many units from its start.</summary>
    internal ParsedTrigger Moved(int by) => new(_name, Definition, Sticky, Span.Moved(by), [.. Values.Select(value => value with { Span = value.Span.Moved(by) })], Fault);
}
