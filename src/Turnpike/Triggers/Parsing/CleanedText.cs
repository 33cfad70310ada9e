using System.Text;

namespace Turnpike.Triggers.Parsing;

/// <summary>A typed text without its triggers, with everything that was taken out.</summary>
/// <param name="Text">What is left for the model.</param>
/// <param name="Removals">What was taken out, in order and apart from each other.</param>
public sealed record CleanedText(string Text, IReadOnlyList<TextRemoval> Removals)
{
    /// <summary>The text as typed, made of what is left and what was taken out.</summary>
    public string Restore()
    {
        var typed = new StringBuilder();
        var kept = 0;
        foreach (var removal in Removals)
        {
            var before = removal.Span.Start - typed.Length;
            typed.Append(Text, kept, before).Append(removal.Text.Span);
            kept += before;
        }
        return typed.Append(Text, kept, Text.Length - kept).ToString();
    }
}
