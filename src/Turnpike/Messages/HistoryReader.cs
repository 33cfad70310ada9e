using Turnpike.Prompts;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Packing;
using Turnpike.Turns.Secrets;
using Turnpike.Turns.Stores;

namespace Turnpike.Messages;

/// <summary>Reads as much of a conversation as a model's window takes, newest turns first, and no more.</summary>
public sealed class HistoryReader(ITurnStore turns, KeptSecrets secrets)
{
    private const int Page = 64;
    private const int Longest = 1_000_000;
    private const int MostFailed = 32; // turns of a prompt that fail before one is answered

    /// <summary>What stands for the earlier turns, and the turns that are sent.</summary>
    internal async ValueTask<ChosenHistory> ReadAsync(TurnDraft draft, long? budget, double ratio, List<PackingItem> report, CancellationToken cancellationToken)
    {
        for (var page = Page; draft.HasEarlier && !IsFull(draft, budget, ratio) && !HoldsSummary(draft); page *= 2) await ExtendAsync(draft, budget is null ? draft.MostHistory : page, cancellationToken);
        var summary = await SummaryAsync(draft, cancellationToken);
        var told = summary is null ? -1 : draft.History.ToList().FindIndex(turn => turn.Id == summary.UpTo);
        var sendable = SentTurns.Of([.. draft.History.Skip(told + 1)]);
        var left = budget - (summary is null ? 0 : (long)Math.Ceiling(TokenEstimate.Of(summary.Text) * ratio));
        var (gone, sent) = HistoryWindow.Fit(sendable, left < 0 ? 0 : left, ratio);
        var isWhole = gone.Count == 0 && summary is null && draft.History is [] or [{ Parent: null }, ..];
        var template = isWhole ? KeptTemplate.None : await TemplateAsync(draft, sent, cancellationToken);
        if (!template.IsEmpty) (gone, sent) = HistoryWindow.Fit(sendable, left is { } most ? Math.Max(0, most - (long)Math.Ceiling(template.Tokens * ratio)) : null, ratio);
        HistoryWindow.Report(draft, gone, sent.Count, ratio, report);
        if (draft.Request.WholeHistory && (gone.Count > 0 || (draft.HasEarlier && summary is null))) throw ModelWindow.TooLong(budget);
        if (summary is not null) report.Add(new() { Kind = "summary", Outcome = "used", Id = summary.Id, Turns = summary.Turns, Sent = TokenEstimate.Of(summary.Text), Reason = "A summary stands for the oldest turns; delete it to send them again." });
        else if (gone.Count == 0 && draft.HasEarlier && IsFull(draft, budget, ratio)) report.Add(new() { Kind = "history", Outcome = "left out", Id = draft.History[0].Parent!, Reason = "Earlier turns do not fit the model's window and were not read. A summary can stand for them: POST /api/conversations/{id}/compact." });
        return new(summary, template, sent);
    }

    /// <summary>Reads all turns that may be read.</summary>
    internal async ValueTask ReadAllAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        while (draft.HasEarlier) await ExtendAsync(draft, draft.MostHistory, cancellationToken);
    }

    private async ValueTask ExtendAsync(TurnDraft draft, int most, CancellationToken cancellationToken) =>
        draft.Extend([.. HiddenParts.Without(await turns.PathAsync(draft.History[0].Parent!, Math.Min(most, draft.MostHistory - draft.History.Count), cancellationToken), draft.Conversation).Select(turn => secrets.Restore(turn, draft.Trace))]);

    /// <summary>Whether what was read is more than can be sent. Turns before one whose caller gave what was said before it are not sent.</summary>
    private static bool IsFull(TurnDraft draft, long? budget, double ratio) =>
        budget is { } most && draft.History.Skip(draft.History.ToList().FindLastIndex(turn => turn.History is not null)).Sum(turn => HistoryWindow.Tokens(turn, ratio)) > most;

    private static bool HoldsSummary(TurnDraft draft) => draft.Conversation.Summaries is { Count: > 0 } summaries && draft.History.Any(turn => summaries.Any(summary => summary.UpTo == turn.Id));

    /// <summary>The newest summary whose turns are on this branch.</summary>
    private async ValueTask<ConversationSummary?> SummaryAsync(TurnDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Conversation.Summaries.Count == 0 || draft.History.Count == 0) return null;
        var path = (await turns.PathIdsAsync(Newest(draft), Longest, cancellationToken)).ToHashSet(StringComparer.Ordinal);
        return draft.Conversation.Summaries.LastOrDefault(summary => path.Contains(summary.UpTo));
    }

    /// <summary>What the template said with the prompt's first turn, unless that turn is sent.</summary>
    private async ValueTask<KeptTemplate> TemplateAsync(TurnDraft draft, IReadOnlyList<Turn> sent, CancellationToken cancellationToken)
    {
        if (draft.Prompt is not { } prompt || !MaySayMore(prompt.Prompt) || draft.History.Count == 0 || draft.History.Any(turn => turn.History is not null) || SentTurns.IsNew(draft, prompt)) return KeptTemplate.None;
        if (draft.State.Used?.Prompt.Hash == prompt.Hash) return KeptTemplate.None; // this turn says it
        var first = SentTurns.Of(draft.History).Find(turn => Has(turn, prompt));
        if (draft.History[0].Parent is not null && (first is null || first.Used is not null || KeptTemplate.Of(first).IsEmpty))
            first = await FirstAsync(draft, prompt, cancellationToken) is { } found ? secrets.Restore(found, draft.Trace) : null;
        return first is null || sent.Any(turn => turn.Id == first.Id) ? KeptTemplate.None : KeptTemplate.Of(first);
    }

    /// <summary>Whether a turn was sent with a prompt.</summary>
    private static bool Has(Turn turn, ResolvedPrompt prompt) => turn.Prompt?.Hash == prompt.Hash || turn.Used?.Hash == prompt.Hash;

    /// <summary>
    /// The first turn of a prompt among those that were not read: the root, or where a conversation came to the prompt later, the one behind which all have it. One whose messages are not sent brought
    /// nothing; the next did.
    /// </summary>
    private async ValueTask<Turn?> FirstAsync(TurnDraft draft, ResolvedPrompt prompt, CancellationToken cancellationToken)
    {
        var path = await turns.PathIdsAsync(Newest(draft), Longest, cancellationToken);
        var (from, until) = (0, path.Count);
        for (var at = 0; from < until; at = from + (until - from) / 2) // the root first: it mostly is
        {
            if (await turns.FindAsync(path[at], cancellationToken) is { } turn && Has(turn, prompt)) until = at;
            else from = at + 1;
        }
        foreach (var id in path.Skip(from).Take(MostFailed))
        {
            if (await turns.FindAsync(id, cancellationToken) is { } turn && Has(turn, prompt) && SentTurns.Of([turn]).Count > 0) return HiddenParts.Without([turn], draft.Conversation)[0];
        }
        return null;
    }

    /// <summary>The newest turn before this one that is kept already.</summary>
    private static string Newest(TurnDraft draft) => draft.Between is { Parent: { } kept } ? kept : draft.History[^1].Id;

    /// <summary>Whether a prompt may say more than its system text.</summary>
    private static bool MaySayMore(Prompt prompt) => prompt.Body is not null || prompt.Messages.Any(message => message.Role is "user" or "assistant");
}

/// <summary>The earlier turns as they are sent.</summary>
/// <param name="Summary">What stands for the oldest; null: nothing.</param>
/// <param name="Template">What the template said, when the turn that brought it is not sent.</param>
/// <param name="Turns">The turns, oldest first.</param>
internal sealed record ChosenHistory(ConversationSummary? Summary, KeptTemplate Template, IReadOnlyList<Turn> Turns)
{
    /// <summary>Nothing was said before, or the caller says what.</summary>
    public static readonly ChosenHistory None = new(null, KeptTemplate.None, []);
}
