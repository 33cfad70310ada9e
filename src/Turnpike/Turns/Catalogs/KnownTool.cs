using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>A tool with where it comes from.</summary>
/// <param name="Name">The name it is chosen by: its own, or <c>source.name</c> when its own is taken.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Function">The tool itself.</param>
public sealed record KnownTool(string Name, string Source, AIFunction Function);
