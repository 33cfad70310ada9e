using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Turnpike.Generators;

/// <summary>C# names from the names of files, variables and options.</summary>
internal static class Identifiers
{
    /// <summary><c>commit-message</c> and <c>commit_message</c> are <c>CommitMessage</c>; what begins with a digit gets a <c>_</c>.</summary>
    public static string Pascal(string text)
    {
        var result = new StringBuilder(text.Length);
        var starts = true;
        foreach (var c in text)
        {
            if (!char.IsLetterOrDigit(c))
            {
                starts = true;
                continue;
            }
            result.Append(starts ? char.ToUpperInvariant(c) : c);
            starts = false;
        }
        if (result.Length == 0 || char.IsDigit(result[0])) result.Insert(0, '_');
        return result.ToString();
    }

    /// <summary>A project's root namespace as C# takes it: <c>my-app</c> is <c>my_app</c>.</summary>
    public static string Namespace(string root) => string.Join(".", root.Split('.').Where(part => part.Length > 0).Select(Part));

    private static string Part(string text)
    {
        var part = string.Concat(text.Select(c => SyntaxFacts.IsIdentifierPartCharacter(c) ? c : '_'));
        if (!SyntaxFacts.IsIdentifierStartCharacter(part[0])) part = "_" + part;
        return SyntaxFacts.GetKeywordKind(part) == SyntaxKind.None ? part : "@" + part;
    }

    /// <summary>A text as a C# string literal.</summary>
    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    /// <summary>A text for a doc comment: on one line, its marks escaped.</summary>
    public static string Documentation(string text) =>
        string.Join(" ", text.Split(['\r', '\n', '\u0085', '\u2028', '\u2029'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()))
            .Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
