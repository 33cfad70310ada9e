using Turnpike.Storage.Sql;
using Turnpike.Turns.Access;

namespace Turnpike.Storage.Stores;

/// <summary>The organizations, in the database that they share.</summary>
internal sealed class SqlOrganizations(HomeDatabase home) : IOrganizations
{
    public Task<IReadOnlyList<string>> AllAsync(CancellationToken cancellationToken) =>
        home.Database.ReadAsync<IReadOnlyList<string>>(async session => [OrganizationScope.Default, .. await session.QueryAsync(OrganizationSql.All, row => row.GetString(0))], cancellationToken);
}
