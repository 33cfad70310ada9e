using System.Security.Cryptography;
using System.Text;
using Turnpike.Turns.Tracing;

namespace Turnpike.Turns.Resources;

/// <summary>Texts of resources as one part of a message: each between tags that its content cannot close.</summary>
internal static class ResourceBlock
{
    public static string Of(IReadOnlyList<(PartResource Resource, string Text)> resources) => string.Concat(Pieces(resources).ToArray()); // as an array its length is known: large texts are copied once

    /// <summary>Where each stretch of the block came from.</summary>
    public static IEnumerable<SourcedRun> Runs(IReadOnlyList<(PartResource Resource, string Text)> resources) =>
        Pieces(resources).Select((piece, i) => new SourcedRun(piece.Length, i % 3 == 2 ? "resource:" + resources[i / 3].Resource.Id : SourcedText.Ours));

    /// <summary>The opening tag; of each resource its tag, its text and the end of its tag; the closing tag.</summary>
    private static List<string> Pieces(IReadOnlyList<(PartResource Resource, string Text)> resources)
    {
        var pieces = new List<string>(resources.Count * 4 + 2) { "<resources>\n" };
        foreach (var (resource, text) in resources)
        {
            var tag = Tag(text);
            var title = resource.Title is null ? null : $" title=\"{Escaped(resource.Title)}\"";
            pieces.Add($"<{tag} kind=\"{Escaped(resource.Kind)}\" id=\"{Escaped(resource.Id)}\"{title}>\n");
            pieces.Add(text);
            pieces.Add($"\n</{tag}>\n");
        }
        pieces.Add("</resources>");
        return pieces;
    }

    /// <summary>A tag that the content cannot close: its suffix does not stand in the content.</summary>
    private static string Tag(string content)
    {
        if (!content.Contains("</resource", StringComparison.OrdinalIgnoreCase)) return "resource";
        for (var length = 8; ; length += 8)
        {
            var suffix = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..Math.Min(length, 64)];
            if (length > 64 || !content.Contains(suffix, StringComparison.OrdinalIgnoreCase)) return "resource-" + suffix;
        }
    }

    private static string Escaped(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
