using Turnpike.Turns.Settings;
using Turnpike.Turns.Usage;

namespace Turnpike.Turns.Stores;

/// <summary>Things of another system that are kept together or not at all.</summary>
public sealed record ImportBatch
{
    /// <summary>New rules, with their ids: one that is here already is refused, as are tags and projects.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];
    /// <summary>New tags; their rules are there or in <see cref="Rules"/>.</summary>
    public IReadOnlyList<Tag> Tags { get; init; } = [];
    /// <summary>New projects, with their ids, parents first.</summary>
    public IReadOnlyList<Project> Projects { get; init; } = [];
    /// <summary>The conversations; one that is here already stays as it is.</summary>
    public IReadOnlyList<Conversation> Conversations { get; init; } = [];
    /// <summary>
    /// Their turns, each with its whole log, a turn behind the one it answers to. Those of a conversation that is here already are left out; one that is here
    /// already stays as it is, and is refused when it belongs to another conversation.
    /// </summary>
    public IReadOnlyList<TurnBeginning> Turns { get; init; } = [];
    /// <summary>What models were asked for beside the turns. One that is here already stays as it is.</summary>
    public IReadOnlyList<SideCall> Calls { get; init; } = [];

    /// <summary>The user who becomes the owner of the new projects in the same moment; null: nobody.</summary>
    internal string? Owner { get; init; }
}
