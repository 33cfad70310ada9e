using Turnpike.Turns.Settings;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Imports;

/// <summary>What LiteChat made of older interactions: a summary that stands for the turns before it, or, where none are, for what was said elsewhere.</summary>
internal static class LiteChatSummaries
{
    public static Conversation With(Conversation conversation, IReadOnlyList<LiteChatInteraction> summaries, IReadOnlyList<LiteChatInteraction> shown, List<SideCall> calls, string source, IReadOnlyDictionary<string, string> providers)
    {
        foreach (var summary in summaries.OrderBy(summary => summary.Index).ThenBy(summary => summary.StartedAt))
        {
            var told = shown.Count(turn => turn.Index < summary.Index || (turn.Index == summary.Index && turn.StartedAt < summary.StartedAt));
            var (id, used) = (ImportIds.Of("sum", source, conversation.ImportedFrom!, summary.Id), ImportedUsage.Of(summary.Metadata, summary.Notes));
            if (used is not null) calls.Add(summary.Call(id, used, conversation, providers));
            var text = summary.Response.Trim();
            if (told == 0)
            {
                summary.Notes.Id = conversation.Id;
                summary.Notes.Changed($"no turn stands before it, so it is system text of the conversation{(used is null ? "" : $"; it used {used.InputTokens} input and {used.OutputTokens} output tokens")}");
                conversation = conversation with { System = new($"{(conversation.System is { } before ? before.Text + "\n\n" : "")}Summary of an earlier conversation:\n{text}", ProjectSystemMode.Append) };
                continue;
            }
            summary.Notes.Id = id;
            summary.Notes.Changed($"it stands for the {told} turns before it; delete the summary to send them again");
            var made = new ConversationSummary
            {
                Id = summary.Notes.Id,
                UpTo = shown[told - 1].Turn!.Id,
                Turns = told,
                Text = text,
                Model = summary.Metadata.Text("modelId") is { } model ? LiteChatConversation.Model(model, providers) : null,
                Usage = used,
                CreatedAt = summary.StartedAt ?? conversation.CreatedAt,
            };
            conversation = conversation with { Summaries = [.. conversation.Summaries, made] };
        }
        return conversation;
    }
}
