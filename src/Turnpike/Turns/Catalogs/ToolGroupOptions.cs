namespace Turnpike.Turns.Catalogs;

/// <summary>Names for sets of tools.</summary>
public sealed class ToolGroupOptions
{
    /// <summary>The names and globs of each group. A group stands wherever a tool may be chosen, taken away, timed or asked for; a tool of the same name comes first.</summary>
    public Dictionary<string, string[]> Groups { get; } = new(StringComparer.OrdinalIgnoreCase);
}
