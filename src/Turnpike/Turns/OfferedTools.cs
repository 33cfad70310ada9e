using Turnpike.Turns.Catalogs;

namespace Turnpike.Turns;

/// <summary>The tools of one turn under the names that the model sees, fixed when the turn is prepared.</summary>
public sealed class OfferedTools(IReadOnlyList<KnownTool> tools)
{
    private readonly Dictionary<string, KnownTool> _byName = tools.ToDictionary(tool => tool.Function.Name, StringComparer.Ordinal);

    /// <summary>No tools.</summary>
    public static OfferedTools None { get; } = new([]);

    /// <summary>The tools, in order of their names.</summary>
    public IReadOnlyList<KnownTool> All => tools;

    /// <summary>Those of the tools that have these names for the model.</summary>
    public OfferedTools Only(IReadOnlyCollection<string> names) => new([.. tools.Where(tool => names.Contains(tool.Function.Name))]);

    /// <summary>The tool that the model means; null when it was not offered.</summary>
    public KnownTool? Find(string name) => _byName.GetValueOrDefault(name);
}
