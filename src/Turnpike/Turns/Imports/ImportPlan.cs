using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;

namespace Turnpike.Turns.Imports;

/// <summary>What a file makes here.</summary>
internal sealed class ImportPlan(string source)
{
    public string Source => source;

    public List<Project> Projects { get; } = [];

    /// <summary>Conversations, each with its turns in the order in which they must be kept: a turn behind the one it answers to.</summary>
    public List<(Conversation Conversation, List<TurnBeginning> Turns)> Conversations { get; } = [];

    public List<ImportItemNotes> Notes { get; } = [];

    public ImportItemNotes Note(string kind, string from)
    {
        var notes = new ImportItemNotes(kind, from);
        Notes.Add(notes);
        return notes;
    }
}
