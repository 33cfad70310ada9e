using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>The schemas of organizations: <c>org_{place}</c> beside the default one's, each with a few connections of its own.</summary>
internal static class PostgresOrganizations
{
    private const string Beginning = "org_";

    public static OrganizationDatabases Of(PostgresDatabase home, PostgresOptions options, TimeProvider time) => new(
        home,
        place => PostgresDatabase.Open(options with { Schema = Beginning + place, Connections = Math.Max(4, options.Connections / 4), Listens = false }, time));
}
