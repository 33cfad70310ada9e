using Microsoft.Extensions.AI;

namespace Turnpike.Providers;

/// <summary>
/// Tool names as providers take them: up to 64 of <c>A-Z a-z 0-9 _ -</c>. Other characters, such as the dot of
/// <c>files.read</c>, become <c>_</c> on the way out and come back on the way in.
/// </summary>
internal sealed class ToolNames
{
    private const int MaxLength = 64;
    private static readonly ToolNames Plain = new();
    private readonly Dictionary<string, string> outward = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> inward = new(StringComparer.Ordinal);

    private ToolNames() { }

    /// <summary>The names of the tools offered; two that would become one get a number.</summary>
    public static ToolNames Of(IEnumerable<AITool>? tools)
    {
        if (tools is null || tools.All(tool => Fits(tool.Name))) return Plain;
        var names = new ToolNames();
        foreach (var tool in tools.Where(tool => Fits(tool.Name))) names.inward[tool.Name] = tool.Name;
        foreach (var tool in tools.Where(tool => !Fits(tool.Name)))
        {
            var plain = Made(tool.Name);
            var wire = plain;
            for (var n = 2; !names.inward.TryAdd(wire, tool.Name); n++)
            {
                var suffix = $"_{n}";
                wire = $"{plain[..Math.Min(plain.Length, MaxLength - suffix.Length)]}{suffix}";
            }
            names.outward[tool.Name] = wire;
        }
        return names;
    }

    /// <summary>The name to send.</summary>
    public string Out(string name) => outward.TryGetValue(name, out var wire) ? wire : Fits(name) ? name : Made(name);

    /// <summary>The tool's own name behind one that came back.</summary>
    public string In(string wire) => inward.TryGetValue(wire, out var name) ? name : wire;

    private static bool Fits(string name) => name.Length is > 0 and <= MaxLength && name.AsSpan().IndexOfAnyExcept(Allowed) < 0;

    private static string Made(string name) => name.Length == 0
        ? "_"
        : string.Create(Math.Min(name.Length, MaxLength), name, static (span, name) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterOrDigit(name[i]) || name[i] is '_' or '-' ? name[i] : '_';
        });

    private static readonly System.Buffers.SearchValues<char> Allowed =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
}
