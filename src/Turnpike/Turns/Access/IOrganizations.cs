namespace Turnpike.Turns.Access;

/// <summary>Knows the organizations that keep something, for work that is done for all of them.</summary>
public interface IOrganizations
{
    /// <summary>Their ids, the default one first.</summary>
    Task<IReadOnlyList<string>> AllAsync(CancellationToken cancellationToken);
}

/// <summary>The default organization and no other: for stores that keep nothing apart.</summary>
internal sealed class OneOrganization : IOrganizations
{
    public Task<IReadOnlyList<string>> AllAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([OrganizationScope.Default]);
}
