namespace Turnpike.Turns.Stores;

/// <summary>An id that a client made for something of ours.</summary>
/// <param name="Owner">Whose id it is; others may use the same one.</param>
/// <param name="Kind">One of <see cref="ExternalKinds"/>.</param>
/// <param name="Id">The client's id.</param>
/// <param name="Target">Ours.</param>
public sealed record ExternalId(string Owner, string Kind, string Id, string Target);

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
