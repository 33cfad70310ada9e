namespace Turnpike.Turns.Stores;

/// <summary>What a list says of a conversation that nobody has named: how the text begins that was typed in it first.</summary>
internal static class ConversationBeginning
{
    private const int Longest = 100;

    /// <summary>The beginning that a turn gives; null: nothing was typed, or it is not to be kept.</summary>
    public static string? Of(Turn turn)
    {
        if (turn.Store == false || turn.Forgotten) return null;
        var text = turn.CleanedContent.AsSpan().Trim();
        if (text.Length == 0) return null;
        var isCut = text.Length > Longest;
        if (isCut) text = text[..(char.IsHighSurrogate(text[Longest - 2]) ? Longest - 2 : Longest - 1)];
        return text.ToString().ReplaceLineEndings(" ") + (isCut ? "…" : "");
    }

    /// <summary>The conversation once a turn has begun in it.</summary>
    public static string? Joined(Conversation conversation, Turn begun) =>
        begun.Parent is null || conversation.Beginning is null ? Of(begun) ?? conversation.Beginning : conversation.Beginning;

    /// <summary>The conversation once it belongs to a project. A fork does not take along the turns that it goes on from when it is moved, nor what they begin with.</summary>
    public static Conversation Moved(Conversation conversation, string? project) =>
        conversation with { Project = project, Beginning = conversation.ForkedFrom is not null && project != conversation.Project ? null : conversation.Beginning };

    /// <summary>The conversation without what a turn gave it, once that is forgotten.</summary>
    public static Conversation Without(Conversation conversation, Turn forgotten) =>
        conversation.Beginning is { } kept && kept == Of(forgotten) ? conversation with { Beginning = null } : conversation;
}
