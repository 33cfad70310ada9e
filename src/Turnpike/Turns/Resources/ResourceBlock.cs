using System.Security.Cryptography;
using System.Text;

namespace Turnpike.Turns.Resources;

/// <summary>Texts of resources as one part of a message: each between tags that its content cannot close.</summary>
internal static class ResourceBlock
{
    public static string Of(IReadOnlyList<(PartResource Resource, string Text)> resources)
    {
        var block = new StringBuilder("<resources>\n", resources.Sum(one => one.Text.Length + 128) + 32);
        foreach (var (resource, text) in resources)
        {
            var tag = Tag(text);
            block.Append('<').Append(tag).Append(" kind=\"").Append(Escaped(resource.Kind)).Append("\" id=\"").Append(Escaped(resource.Id)).Append('"');
            if (resource.Title is { } title) block.Append(" title=\"").Append(Escaped(title)).Append('"');
            block.Append(">\n").Append(text).Append("\n</").Append(tag).Append(">\n");
        }
        return block.Append("</resources>").ToString();
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
