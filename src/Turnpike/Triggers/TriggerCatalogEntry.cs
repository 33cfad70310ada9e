namespace Turnpike.Triggers;

/// <summary>One method in the catalog that hosts show.</summary>
/// <param name="Namespace">The namespace's name.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Aliases">Other names, each with its namespace.</param>
/// <param name="Description">What it does.</param>
/// <param name="Arguments">Its arguments, in order.</param>
/// <param name="Example">A whole trigger as somebody would type it.</param>
public sealed record TriggerCatalogEntry(string Namespace, string Method, IReadOnlyList<string> Aliases, string Description, IReadOnlyList<TriggerArgument> Arguments, string Example);
