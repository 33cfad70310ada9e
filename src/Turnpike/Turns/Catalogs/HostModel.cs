using Microsoft.Extensions.AI;

namespace Turnpike.Turns.Catalogs;

/// <summary>A model that the host made itself.</summary>
/// <param name="Id"><c>provider/name</c>.</param>
/// <param name="Client">The client that asks it.</param>
public sealed record HostModel(string Id, IChatClient Client)
{
    /// <summary>The part of the id before the slash.</summary>
    public string Provider { get; } = Id.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && slash < Id.Length - 1
        ? Id[..slash]
        : throw new ArgumentException($"A model id is \"provider/name\", not \"{Id}\".", nameof(Id));
}
