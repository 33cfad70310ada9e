using Turnpike.Turns.Access;

namespace Turnpike.Server.Access;

/// <summary>Who asks, and what they may do.</summary>
internal sealed record Visitor
{
    /// <summary>Whoever comes before any key was made, or to what is open to all.</summary>
    public static Visitor Anybody { get; } = new() { Name = "anybody", Scopes = [Turnpike.Turns.Access.Scopes.Admin] };

    /// <summary>For messages and the audit log.</summary>
    public required string Name { get; init; }
    /// <summary>The key; null when there are none yet, or for a token of another issuer.</summary>
    public AccessKey? Key { get; init; }
    /// <summary>The user they act for.</summary>
    public string? User { get; init; }
    /// <summary>The organization whose things they see.</summary>
    public string Organization { get; init; } = OrganizationScope.Default;
    /// <summary>What they may do.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Whether nobody needed to show a key.</summary>
    public bool IsAnybody => ReferenceEquals(this, Anybody);

    /// <summary>Whether they may do what a scope allows.</summary>
    public bool May(string scope) => Turnpike.Turns.Access.Scopes.Allow(Scopes, scope);

    /// <summary>Whether they look after the whole installation and not only their organization.</summary>
    public bool IsOperator => Organization == OrganizationScope.Default && May(Turnpike.Turns.Access.Scopes.Admin);

    /// <summary>The visitor of a request.</summary>
    public static Visitor Of(HttpContext http) => http.Items[typeof(Visitor)] as Visitor ?? Anybody;

    /// <summary>The visitor that a key stands for.</summary>
    public static Visitor Of(AccessKey key) => new() { Name = key.Name, Key = key, User = key.User, Organization = key.Organization, Scopes = key.Scopes };

    /// <summary>Makes this the visitor of a request.</summary>
    public void Enter(HttpContext http) => http.Items[typeof(Visitor)] = this;
}
