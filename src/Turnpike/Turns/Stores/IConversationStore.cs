using Turnpike.Prompts;

namespace Turnpike.Turns.Stores;

/// <summary>Keeps conversations.</summary>
public interface IConversationStore
{
    /// <summary>The conversation; null when there is none.</summary>
    Task<Conversation?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps a new conversation.</summary>
    /// <exception cref="TurnException"><c>conversation_busy</c>: there is one of that id; <c>turn_not_found</c>: it is a fork, and the turn that it goes on from is gone.</exception>
    Task AddAsync(Conversation conversation, CancellationToken cancellationToken);

    /// <summary>
    /// Reads, changes and keeps a conversation in one go, so that two writers do not undo each other; null when there is none.
    /// </summary>
    /// <param name="id">Which one.</param>
    /// <param name="change">Makes the new state of the old; may be called more than once, must have no side effects.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<Conversation?> UpdateAsync(string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken);

    /// <summary>Deletes a conversation with what nothing else refers to: its turns, the ids that clients gave them and it, what its prompts said. False when there is none.</summary>
    Task<bool> DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>A page, newest change first.</summary>
    Task<Page<Conversation>> ListAsync(ConversationQuery query, CancellationToken cancellationToken);
}

/// <summary>Which conversations to list.</summary>
public sealed record ConversationQuery
{
    /// <summary>Words: each begins a word of the title or of what was said in a turn.</summary>
    public string? Query { get; init; }
    /// <summary>Key of the pinned prompt.</summary>
    public string? Prompt { get; init; }
    /// <summary>Id of the project.</summary>
    public string? Project { get; init; }
    /// <summary>Only pinned ones, or only others; null: both.</summary>
    public bool? Pinned { get; init; }
    /// <summary>Only starred ones, or only others; null: both.</summary>
    public bool? Starred { get; init; }
    /// <summary>Only archived ones, or only others, which is usual; null: both.</summary>
    public bool? Archived { get; init; } = false;
    /// <summary>The cursor that the page before ended with.</summary>
    public string? After { get; init; }
    /// <summary>Rows of the page, 1 to 200.</summary>
    public int Limit { get; init; } = 50;
}
