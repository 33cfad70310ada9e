using Turnpike.Turns.Settings;
using Turnpike.Turns.Stores;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Imports;

/// <summary>What a file makes here.</summary>
internal sealed class ImportPlan(string source)
{
    private readonly HashSet<string> _conversations = new(StringComparer.Ordinal), _projectIds = new(StringComparer.Ordinal);
    private readonly List<Project> _projects = [];

    public string Source => source;

    public List<Rule> Rules { get; } = [];

    /// <summary>Tags, each with its line of the report: they have no ids.</summary>
    public List<(Tag Tag, ImportItemNotes Notes)> Tags { get; } = [];

    /// <summary>Projects, parents first.</summary>
    public IReadOnlyList<Project> Projects => _projects;

    /// <summary>Conversations, each with its turns in the order in which they must be kept: a turn behind the one it answers to.</summary>
    public List<(Conversation Conversation, List<TurnBeginning> Turns)> Conversations { get; } = [];

    /// <summary>What models were asked for beside the turns of a conversation, by the conversation's id.</summary>
    public Dictionary<string, List<SideCall>> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes that the resources of the conversations refer to by their hash.</summary>
    public List<byte[]> Contents { get; } = [];

    public List<ImportItemNotes> Notes { get; } = [];

    /// <summary>Whether no conversation of the file had this id before.</summary>
    public bool IsFirst(string conversation) => _conversations.Add(conversation);

    public void Add(Project project)
    {
        _projects.Add(project);
        _projectIds.Add(project.Id);
    }

    /// <summary>Whether the file has a project that has this id here.</summary>
    public bool HasProject(string? id) => id is not null && _projectIds.Contains(id);

    /// <summary>The lines of the report as they are now, by what they became here.</summary>
    public ILookup<string, ImportItemNotes> NotesById() => Notes.Where(notes => notes.Id is not null).ToLookup(notes => notes.Id!, StringComparer.Ordinal);

    public ImportItemNotes Note(string kind, string from)
    {
        var notes = new ImportItemNotes(kind, from);
        Notes.Add(notes);
        return notes;
    }
}
