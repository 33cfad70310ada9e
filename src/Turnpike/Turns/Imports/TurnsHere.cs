using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Imports;

/// <summary>
/// Turns of an imported conversation that are here already, in another one, as the beginning of a fork is. They stay as they are: when they are the whole
/// beginning, the conversation goes on from them as a fork does; when they are not, it stays out.
/// </summary>
internal sealed class TurnsHere(ITurnStore turns, ImportPlan plan)
{
    private const int Longest = 100_000;

    /// <returns>What is left to keep; null: nothing.</returns>
    public async Task<(Conversation Conversation, List<TurnBeginning> Turns)?> LeaveOutAsync(Conversation conversation, List<TurnBeginning> its, CancellationToken cancellationToken)
    {
        var here = new Dictionary<string, Turn>(StringComparer.Ordinal);
        string? last = null;
        foreach (var one in its)
            if (await turns.FindAsync(one.Turn.Id, cancellationToken) is { } known && known.Conversation != conversation.Id) here[last = known.Id] = known;
        if (last is null) return (conversation, its);
        if (!here.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(await turns.PathIdsAsync(last, Longest, cancellationToken)))
        {
            var ids = its.Select(one => one.Turn.Id).Concat(conversation.Summaries.Select(summary => summary.Id)).Append(conversation.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var notes in plan.Notes.Where(notes => notes.Id is { } id && ids.Contains(id))) notes.Skip($"the turn \"{last}\" of its conversation is here already, in \"{here[last].Conversation}\", and not as the beginning that it is in the file");
            return null;
        }
        foreach (var notes in plan.Notes.Where(notes => notes.Id is { } id && here.ContainsKey(id))) notes.SkipKnown($"it is here already, in \"{here[notes.Id!].Conversation}\", from which its conversation goes on");
        return (conversation with { ForkedFrom = last }, its.FindAll(one => !here.ContainsKey(one.Turn.Id)));
    }
}
