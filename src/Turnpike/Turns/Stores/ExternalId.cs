namespace Turnpike.Turns.Stores;

/// <summary>An id that a client made for something of ours.</summary>
/// <param name="Owner">Whose id it is; others may use the same one.</param>
/// <param name="Kind">One of <see cref="ExternalKinds"/>.</param>
/// <param name="Id">The client's id.</param>
/// <param name="Target">Ours.</param>
public sealed record ExternalId(string Owner, string Kind, string Id, string Target)
{
    /// <summary>The id of a user's message as it is kept: it says something within its conversation only.</summary>
    /// <param name="conversation">The conversation's id.</param>
    /// <param name="message">The client's id.</param>
    public static string OfMessage(string conversation, string message) => $"{conversation}/{message}";
}

/// <summary>What clients make ids for.</summary>
public static class ExternalKinds
{
    /// <summary>A conversation.</summary>
    public const string Conversation = "conversation";
    /// <summary>The user's message of a turn.</summary>
    public const string UserMessage = "message";
    /// <summary>A turn.</summary>
    public const string Run = "run";
}
