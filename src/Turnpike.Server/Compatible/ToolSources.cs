namespace Turnpike.Server.Compatible;

/// <summary>Where tools come from, in the faces' words.</summary>
internal static class ToolSources
{
    public const string Ours = "turnpike";

    /// <summary>Whether a source is the program itself, with its C# tools.</summary>
    public static bool IsOurs(string source) => source is Ours or "builtin";

    /// <summary>The sources that a label means, among those there are.</summary>
    public static IReadOnlyList<string> Of(string label, IEnumerable<string> sources) => [.. sources.Where(source => source == label || (label == Ours && IsOurs(source))).Distinct()];

    /// <summary>The label of a source.</summary>
    public static string Label(string source) => IsOurs(source) ? Ours : source;
}
