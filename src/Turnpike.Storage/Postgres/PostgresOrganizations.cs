using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>The schemas of organizations: <c>org_{place}</c> beside the default one's, by the same connections.</summary>
internal static class PostgresOrganizations
{
    private const string Beginning = "org_";

    public static OrganizationDatabases Of(PostgresDatabase home) => new(home, place => home.Beside(Beginning + place));
}
