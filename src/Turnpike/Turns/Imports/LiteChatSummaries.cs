using Turnpike.Turns.Settings;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Imports;

/// <summary>What LiteChat made of older interactions: a summary that stands for the turns before it, or, where none are, for what was said elsewhere.</summary>
internal static class LiteChatSummaries
{
    public static Conversation With(Conversation conversation, IReadOnlyList<LiteChatInteraction> summaries, IReadOnlyList<LiteChatInteraction> shown, List<SideCall> calls, string source, IReadOnlyDictionary<string, string> providers)
    {
        var (indexes, system, made) = (shown.Select(turn => turn.Index).ToArray(), new List<string>(), new List<ConversationSummary>());
        var starts = shown.Where(turn => turn.StartedAt is not null).GroupBy(turn => turn.Index).ToDictionary(turns => turns.Key, turns => turns.Select(turn => turn.StartedAt!.Value).Order().ToArray());
        foreach (var summary in summaries.OrderBy(summary => summary.Index).ThenBy(summary => summary.StartedAt))
        {
            var told = CountBelow(indexes, summary.Index) + (summary.StartedAt is { } at && starts.TryGetValue(summary.Index, out var beside) ? CountBelow(beside, at) : 0);
            var (id, used) = (ImportIds.Of("sum", source, conversation.ImportedFrom!, summary.Id), ImportedUsage.Of(summary.Metadata, summary.Notes));
            if (used is not null) calls.Add(summary.Call(id, used, conversation, providers));
            var text = summary.Response.Trim();
            if (told == 0)
            {
                summary.Notes.Id = conversation.Id;
                summary.Notes.Changed($"no turn stands before it, so it is system text of the conversation{(used is null ? "" : $"; it used {used.InputTokens} input and {used.OutputTokens} output tokens")}");
                system.Add($"Summary of an earlier conversation:\n{text}");
                continue;
            }
            summary.Notes.Id = id;
            summary.Notes.Changed($"it stands for the {told} turns before it; delete the summary to send them again");
            made.Add(new()
            {
                Id = summary.Notes.Id,
                UpTo = shown[told - 1].Turn!.Id,
                Turns = told,
                Text = text,
                Model = summary.Metadata.Text("modelId") is { } model ? LiteChatConversation.Model(model, providers) : null,
                Usage = used,
                CreatedAt = summary.StartedAt ?? conversation.CreatedAt,
            });
        }
        if (system.Count > 0) conversation = conversation with { System = new(string.Join("\n\n", conversation.System is { } before ? system.Prepend(before.Text) : system), ProjectSystemMode.Append) };
        return conversation with { Summaries = [.. conversation.Summaries, .. made] };
    }

    /// <summary>How many of the values, which stand in order, are below one.</summary>
    private static int CountBelow<T>(T[] values, T one) where T : IComparable<T>
    {
        var (low, high) = (0, values.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (values[middle].CompareTo(one) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
