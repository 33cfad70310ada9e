using System.IO.Enumeration;
using Turnpike.Turns.Catalogs;

namespace Turnpike.Tools;

/// <summary>Names and globs of tools: <c>*</c> stands for anything, <c>?</c> for one character; compared without case, with and without the source.</summary>
internal static class ToolGlob
{
    public static bool Is(string name) => name.AsSpan().ContainsAny('*', '?');

    public static bool Fits(string name, KnownTool tool) => Is(name)
        ? FileSystemName.MatchesSimpleExpression(name, tool.Name) || FileSystemName.MatchesSimpleExpression(name, tool.Full)
        : string.Equals(name, tool.Name, StringComparison.OrdinalIgnoreCase) || string.Equals(name, tool.Full, StringComparison.OrdinalIgnoreCase);
}
