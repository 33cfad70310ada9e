using System.Buffers;
using System.IO.Enumeration;

namespace Turnpike.Turns.Catalogs;

/// <summary>Names, groups and globs of tools: <c>*</c> stands for anything, <c>?</c> for one character; compared without case, with and without the source.</summary>
internal static class ToolGlob
{
    private static readonly SearchValues<char> Special = SearchValues.Create("*?\\");

    public static bool Is(string name) => name.AsSpan().ContainsAny('*', '?');

    /// <summary>Whether a name, group or glob means a tool.</summary>
    public static bool Fits(string name, KnownTool tool) => Is(name)
        ? Matches(name, tool.Name) || Matches(name, tool.Full)
        : Names(name, tool) || tool.Groups.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a glob means a name. Most globs are a beginning and a star; those need no search.</summary>
    public static bool Matches(string glob, string name) => glob.AsSpan().IndexOfAny(Special) == glob.Length - 1 && glob[^1] == '*'
        ? name.AsSpan().StartsWith(glob.AsSpan(0, glob.Length - 1), StringComparison.OrdinalIgnoreCase)
        : FileSystemName.MatchesSimpleExpression(glob, name);

    /// <summary>Whether it is the tool's own name, with or without the source.</summary>
    public static bool Names(string name, KnownTool tool) => string.Equals(name, tool.Name, StringComparison.OrdinalIgnoreCase) || string.Equals(name, tool.Full, StringComparison.OrdinalIgnoreCase);

    /// <summary>How exactly a name, group or glob that fits a tool means it: a glob by its letters, a group before any glob, the tool's own name before both.</summary>
    public static int Exactness(string name, KnownTool tool) => Is(name) ? name.Count(letter => letter is not ('*' or '?')) : Names(name, tool) ? int.MaxValue : int.MaxValue - 1;

    /// <summary>The tools that are meant where one is to be forced: the one of exactly this name, else those of the name in any case or with the source, else those of the group or glob.</summary>
    public static KnownTool[] Meant(string name, IReadOnlyList<KnownTool> tools)
    {
        if (tools.FirstOrDefault(tool => tool.Name == name) is { } exact) return [exact];
        KnownTool[] named = [.. tools.Where(tool => Names(name, tool))];
        return named.Length > 0 ? named : [.. tools.Where(tool => Offers(name, tool))];
    }

    /// <summary>Whether a name or glob offers a tool: some are offered only where they, or their family, are named.</summary>
    public static bool Offers(string name, KnownTool tool) => (!tool.OnlyByName || !Is(name) || NamesFamily(name)) && Fits(name, tool);

    /// <summary>Whether a glob says before its first wildcard which tools it means: <c>run_*</c>, <c>search_*</c>, <c>builtin.*</c>.</summary>
    private static bool NamesFamily(string glob) => glob.AsSpan(0, glob.AsSpan().IndexOfAny('*', '?')).ContainsAny('_', '.');
}
