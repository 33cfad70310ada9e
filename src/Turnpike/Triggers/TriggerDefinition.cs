namespace Turnpike.Triggers;

/// <summary>A method as the catalog knows it: with its namespace.</summary>
/// <param name="Namespace">The namespace's name.</param>
/// <param name="Method">The method.</param>
public sealed record TriggerDefinition(string Namespace, TriggerMethod Method)
{
    /// <summary>Namespace and method: <c>tools.activate</c>.</summary>
    public string FullName { get; } = Namespace + "." + Method.Name;

    /// <summary>Its aliases, each with its namespace.</summary>
    public IReadOnlyList<string> Aliases { get; } = [.. Method.Aliases.Select(alias => alias.Contains('.') ? alias : Namespace + "." + alias)];
}
