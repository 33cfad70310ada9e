namespace Turnpike.Prompts.Files;

/// <summary>A mapping of YAML whose keys each stand on a line of their own.</summary>
/// <param name="Column">The column, from 0, in which the keys begin.</param>
internal sealed record YamlBlock(int Column)
{
    /// <summary>The keys in order, with the lines of the YAML, from 0, on which they begin, and the blocks that are their values.</summary>
    public List<(string Key, int Line, YamlBlock? Inner)> Entries { get; } = [];
}
