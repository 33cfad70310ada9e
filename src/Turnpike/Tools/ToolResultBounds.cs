using Microsoft.Extensions.AI;
using Turnpike.Turns.Json;

namespace Turnpike.Tools;

/// <summary>Keeps results of tools in their bounds, each cut with a note of what is missing.</summary>
internal static class ToolResultBounds
{
    /// <summary>The beginning of a text, and how much of it was left out.</summary>
    public static string Cut(string text, int limit)
    {
        var end = limit > 0 && char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
        return $"{text[..end]}\n[cut: {text.Length - end} of {text.Length} characters left out]";
    }

    /// <summary>Texts and media: the texts in one bound together, each of the media in its own.</summary>
    public static AIContent[] Of(IReadOnlyList<AIContent> parts, ToolOptions options)
    {
        var kept = ToolParts.Kept(parts);
        var left = options.ResultLength;
        for (var i = 0; i < kept.Length; i++)
        {
            switch (kept[i])
            {
                case DataContent data when data.Data.Length > options.ResultMediaBytes:
                    kept[i] = new TextContent(FormattableString.Invariant($"[{data.MediaType} of {data.Data.Length:N0} bytes left out: a result may have {options.ResultMediaBytes:N0}]"));
                    break;
                case TextContent { Text: var text }:
                    if (text.Length > left) kept[i] = new TextContent(Cut(text, left));
                    left = Math.Max(0, left - text.Length);
                    break;
            }
        }
        return kept;
    }
}
