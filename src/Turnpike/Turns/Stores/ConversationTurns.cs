namespace Turnpike.Turns.Stores;

/// <summary>Which turns belong to a conversation: its own, and for a fork those that it goes on from.</summary>
public static class ConversationTurns
{
    internal const int Longest = 100_000;

    /// <summary>A turn of the conversation; null when it is none of its.</summary>
    public static async Task<Turn?> FindAsync(ITurnStore turns, Conversation conversation, string turn, CancellationToken cancellationToken) =>
        await turns.FindAsync(turn, cancellationToken) is { } found && await HasAsync(turns, conversation, found, cancellationToken) ? found : null;

    /// <summary>Whether a turn is one of the conversation's.</summary>
    public static async Task<bool> HasAsync(ITurnStore turns, Conversation conversation, Turn turn, CancellationToken cancellationToken)
    {
        if (turn.Conversation == conversation.Id || turn.Id == conversation.ForkedFrom) return true;
        return conversation.ForkedFrom is { } fork && (await turns.PathIdsAsync(fork, Longest, cancellationToken)).Contains(turn.Id, StringComparer.Ordinal);
    }
}
