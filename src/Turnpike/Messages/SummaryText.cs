using Turnpike.Turns;
using Turnpike.Turns.Tracing;

namespace Turnpike.Messages;

/// <summary>A summary as the model reads it: behind the system text, so that no two messages of one side follow each other.</summary>
internal static class SummaryText
{
    public static SourcedText With(SourcedText system, ConversationSummary summary) =>
        SourcedText.Joined([system, SourcedText.Of($"Summary of the {summary.Turns} earlier turns of this conversation:\n{summary.Text}", "summary")]);
}
