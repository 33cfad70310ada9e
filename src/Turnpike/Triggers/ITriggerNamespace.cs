namespace Turnpike.Triggers;

/// <summary>A family of triggers that a host adds: <c>@.name.method arguments;</c>. Read once when the program starts.</summary>
public interface ITriggerNamespace
{
    /// <summary>Its name: a letter, then letters, digits, <c>_</c> and <c>-</c>; compared without case, unique.</summary>
    string Name { get; }

    /// <summary>What it is about, in one sentence.</summary>
    string Description { get; }

    /// <summary>What it can do; the same list each time.</summary>
    IReadOnlyList<TriggerMethod> Methods { get; }
}
