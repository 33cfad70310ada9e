namespace Turnpike.Prompts.Templates;

/// <summary>Takes white space: what <c>~</c> asks for, and the whole line of a block, comment or partial tag that stands alone on it.</summary>
internal static class TemplateWhiteSpace
{
    public static List<Tag> Trimmed(List<Tag> tags)
    {
        var alone = new bool[tags.Count];
        for (var i = 0; i < tags.Count; i++)
            alone[i] = tags[i].Kind is not (TagKind.Text or TagKind.Value) && EndsALine(tags, i - 1) && BeginsALine(tags, i + 1);
        var result = new List<Tag>(tags.Count);
        var indent = "";
        for (var i = 0; i < tags.Count; i++)
        {
            var tag = tags[i];
            if (tag.Kind != TagKind.Text)
            {
                result.Add(tag.Kind == TagKind.Partial && indent.Length > 0 ? tag with { Indent = indent } : tag);
                indent = "";
                continue;
            }
            var text = tag.Text.AsSpan();
            if (i > 0 && tags[i - 1].TrimAfter) text = text.TrimStart();
            else if (i > 0 && alone[i - 1]) text = WithoutLineEnd(text);
            if (i + 1 < tags.Count && tags[i + 1].TrimBefore) text = text.TrimEnd();
            else if (i + 1 < tags.Count && alone[i + 1]) (text, indent) = WithoutIndent(text);
            if (text.Length > 0) result.Add(text.Length == tag.Text.Length ? tag : tag with { Text = text.ToString() });
        }
        return result;
    }

    private static bool EndsALine(List<Tag> tags, int i)
    {
        if (i < 0) return true;
        if (tags[i].Kind != TagKind.Text) return false;
        var rest = tags[i].Text.AsSpan().TrimEnd(" \t");
        return rest.Length == 0 ? i == 0 : rest[^1] == '\n';
    }

    private static bool BeginsALine(List<Tag> tags, int i)
    {
        if (i == tags.Count) return true;
        if (tags[i].Kind != TagKind.Text) return false;
        var rest = tags[i].Text.AsSpan().TrimStart(" \t");
        return rest.Length == 0 ? i == tags.Count - 1 : rest[0] == '\n' || rest.StartsWith("\r\n", StringComparison.Ordinal);
    }

    private static ReadOnlySpan<char> WithoutLineEnd(ReadOnlySpan<char> text)
    {
        var rest = text.TrimStart(" \t");
        return rest.StartsWith("\r\n", StringComparison.Ordinal) ? rest[2..] : rest.StartsWith("\n", StringComparison.Ordinal) ? rest[1..] : rest;
    }

    private static (string Text, string Indent) WithoutIndent(ReadOnlySpan<char> text)
    {
        var length = text.TrimEnd(" \t").Length;
        return (text[..length].ToString(), text[length..].ToString());
    }
}
