namespace Turnpike.Server.Access;

/// <summary>What a route asks of its visitors; each route says it, and one that does not is for <c>admin</c> alone.</summary>
/// <param name="Read">The scope for GET and HEAD; null: any key; <see cref="Nobody"/> asks for none at all.</param>
/// <param name="Write">The scope for all other methods.</param>
internal sealed record RouteScope(string? Read, string? Write)
{
    /// <summary>In place of a scope: no key is needed.</summary>
    public const string Nobody = "-";

    /// <summary>What a request of a method needs.</summary>
    public string? For(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Read : Write;
}
