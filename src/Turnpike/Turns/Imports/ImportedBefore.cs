using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Imports;

/// <summary>A conversation that is here already stays as it is, with its turns; so does one that an older program imported, which made ids of its turns without its own.</summary>
internal sealed class ImportedBefore(ITurnStore turns, ImportPlan plan)
{
    private ILookup<string, ImportItemNotes>? _notes;

    /// <param name="known">The conversation as it is here.</param>
    /// <param name="given">The same as the file has it.</param>
    /// <param name="its">Its turns in the file.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task SkipAsync(Conversation known, Conversation given, List<TurnBeginning> its, CancellationToken cancellationToken)
    {
        var here = new Dictionary<string, string?>(StringComparer.Ordinal) { [known.Id] = known.Id };
        foreach (var turn in its) here[turn.Turn.Id] = await FindAsync(turn.Turn, cancellationToken);
        var beside = plan.Calls.GetValueOrDefault(known.Id, []).Select(call => call.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var call in beside) here[call] = null;
        foreach (var summary in given.Summaries) here[summary.Id] = summary.Id;
        var summaries = known.Summaries.Select(summary => summary.Id).ToHashSet(StringComparer.Ordinal);
        _notes ??= plan.NotesById();
        foreach (var (id, notes) in here.Keys.SelectMany(id => _notes[id].Select(notes => (id, notes))))
        {
            var kept = here[id];
            if (summaries.Count > 0 && ImportIds.Of("sum", plan.Source, notes.From) is var older && summaries.Contains(older)) kept = older;
            notes.Id = kept ?? id;
            if (kept is null) notes.Skip($"its conversation is here already{(beside.Contains(id) ? "" : ", without it,")} and stays as it is");
            else notes.SkipKnown();
        }
    }

    /// <summary>What a turn is called here; null: it is not here.</summary>
    private async Task<string?> FindAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (await turns.FindAsync(turn.Id, cancellationToken) is not null) return turn.Id;
        if (plan.Source != "litechat" || turn.ImportedFrom is not { } from) return null;
        return await turns.FindAsync(ImportIds.Of("turn", plan.Source, from), cancellationToken) is { } older && older.Conversation == turn.Conversation ? older.Id : null;
    }
}
