using Microsoft.Extensions.AI;
using Turnpike.Turns;
using Turnpike.Turns.Drafts;
using Turnpike.Turns.Files;
using Turnpike.Turns.Packing;

namespace Turnpike.Messages;

/// <summary>Chooses the turns that are sent again: the newest that fit. What the template said stays, whatever leaves; a kept summary stands for the turns that it tells of.</summary>
internal static class HistoryWindow
{
    /// <summary>Estimated tokens of a turn, read or not, with what its caller gave as said before it.</summary>
    public static long Tokens(Turn turn, double ratio) => (long)Math.Ceiling((turn.History ?? []).Concat(turn.Messages).Sum(message => 4 + message.Contents.Sum(Tokens)) * ratio);

    /// <summary>The turns that are left out and those that are sent, oldest first.</summary>
    /// <param name="history">The turns that could be sent, oldest first.</param>
    /// <param name="budget">The most tokens that they may have; null: no limit.</param>
    /// <param name="ratio">Reported tokens for each that we estimate.</param>
    public static (IReadOnlyList<Turn> Left, IReadOnlyList<Turn> Sent) Fit(IReadOnlyList<Turn> history, long? budget, double ratio)
    {
        if (budget is not { } left) return ([], history);
        var first = history.Count;
        while (first > 0 && Tokens(history[first - 1], ratio) is var tokens && tokens <= left) (first, left) = (first - 1, left - tokens);
        while (first < history.Count && first > 0 && history[first].Messages is [{ Role: var role }, ..] && role == ChatRole.Tool) first++; // results go with their calls
        return first == 0 ? ([], history) : (history.Take(first).ToList(), history.Skip(first).ToList());
    }

    /// <summary>Reports the turns that are left out.</summary>
    /// <param name="draft">The draft, whose trace is told.</param>
    /// <param name="gone">The turns, oldest first.</param>
    /// <param name="sent">How many are sent.</param>
    /// <param name="ratio">Reported tokens for each that we estimate.</param>
    /// <param name="report">Hears what was left out.</param>
    public static void Report(TurnDraft draft, IReadOnlyList<Turn> gone, int sent, double ratio, List<PackingItem> report)
    {
        if (gone.Count == 0) return;
        report.Add(new()
        {
            Kind = "history",
            Outcome = "left out",
            Id = gone[^1].Id,
            Turns = gone.Count,
            Tokens = gone.Sum(turn => Tokens(turn, ratio)),
            Reason = "The oldest turns do not fit the model's window. A summary can stand for them: POST /api/conversations/{id}/compact.",
        });
        draft.Trace.Record("packing.history", gone.Count + sent, sent, "packing");
    }

    /// <summary>Estimated tokens of a part, read or not; none of a resource that is sent at its newest place.</summary>
    public static long Tokens(AIContent part) => part switch
    {
        _ when MessageParts.ResourceOf(part) is { Policy: not ResourcePolicy.Once } => 0,
        KeptPart { MediaType: null } kept => (kept.Size + 3) / 4,
        TextContent text => TokenEstimate.Of(text.Text),
        TextReasoningContent thought => TokenEstimate.Of(thought.Text),
        FunctionCallContent call => TokenEstimate.Of(call.Name) + TokenEstimate.Of(Turnpike.Turns.Json.ToolValues.ArgumentsText(call)),
        FunctionResultContent result => Turnpike.Turns.Json.ToolParts.Tokens(result.Result),
        _ => TokenEstimate.Media,
    };
}
