using Turnpike.Turns;

namespace Turnpike.Messages;

/// <summary>A summary as the model reads it: behind the system text, so that no two messages of one side follow each other.</summary>
internal static class SummaryText
{
    public static string With(string system, ConversationSummary summary)
    {
        var text = $"Summary of the {summary.Turns} earlier turns of this conversation:\n{summary.Text}";
        return system.Length == 0 ? text : system + "\n\n" + text;
    }
}
