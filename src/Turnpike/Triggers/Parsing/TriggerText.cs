namespace Turnpike.Triggers.Parsing;

/// <summary>Takes triggers out of a typed text.</summary>
public static class TriggerText
{
    /// <summary>
    /// The text without its accepted triggers. Of two spaces left by one removal one stays; a line that becomes empty goes; beginning and end are
    /// trimmed only where a trigger stood. Everything else stays as it was typed.
    /// </summary>
    /// <param name="parsed">The text, read.</param>
    /// <param name="staying">Accepted triggers that stay text nevertheless.</param>
    public static CleanedText Clean(ParsedText parsed, IReadOnlySet<ParsedTrigger>? staying = null)
    {
        var text = parsed.Text;
        var kept = new KeptText(text);
        var trigger = 0;
        foreach (var segment in parsed.Segments)
        {
            if (segment.Kind == TriggerSegmentKind.Escape) kept.Drop(segment.Span);
            if (segment.Kind != TriggerSegmentKind.Trigger) continue;
            while (parsed.Triggers[trigger].Span != segment.Span) trigger++;
            if (staying?.Contains(parsed.Triggers[trigger]) != true) kept.DropTrigger(segment.Span);
        }
        return kept.Finish();
    }
}
