using Turnpike.Turns.Settings;

namespace Turnpike.Turns.Imports;

/// <summary>What LiteChat made of older interactions: a summary that stands for the turns before it, or, where none are, for what was said elsewhere.</summary>
internal static class LiteChatSummaries
{
    public static Conversation With(Conversation conversation, IReadOnlyList<LiteChatInteraction> summaries, IReadOnlyList<LiteChatInteraction> shown, string source, IReadOnlyDictionary<string, string> providers)
    {
        foreach (var summary in summaries.OrderBy(summary => summary.Index).ThenBy(summary => summary.StartedAt))
        {
            var told = shown.Count(turn => turn.Index < summary.Index || (turn.Index == summary.Index && turn.StartedAt < summary.StartedAt));
            var (input, output) = (summary.Metadata.Number("promptTokens", "inputTokens"), summary.Metadata.Number("completionTokens", "outputTokens"));
            var text = summary.Response.Trim();
            if (told == 0)
            {
                summary.Notes.Id = conversation.Id;
                summary.Notes.Changed($"no turn stands before it, so it is system text of the conversation; it used {input ?? 0} input and {output ?? 0} output tokens");
                conversation = conversation with { System = new($"{(conversation.System is { } before ? before.Text + "\n\n" : "")}Summary of an earlier conversation:\n{text}", ProjectSystemMode.Append) };
                continue;
            }
            summary.Notes.Id = ImportIds.Of("sum", source, summary.Id);
            summary.Notes.Changed($"it stands for the {told} turns before it; delete the summary to send them again");
            var made = new ConversationSummary
            {
                Id = summary.Notes.Id,
                UpTo = shown[told - 1].Turn!.Id,
                Turns = told,
                Text = text,
                Model = summary.Metadata.Text("modelId") is { } model ? LiteChatConversation.Model(model, providers) : null,
                Usage = input is null && output is null ? null : new() { InputTokens = input ?? 0, OutputTokens = output ?? 0 },
                CreatedAt = summary.StartedAt ?? conversation.CreatedAt,
            };
            conversation = conversation with { Summaries = [.. conversation.Summaries, made] };
        }
        return conversation;
    }
}
