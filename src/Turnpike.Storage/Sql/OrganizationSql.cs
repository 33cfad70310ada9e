namespace Turnpike.Storage.Sql;

/// <summary>The table of organizations.</summary>
internal static class OrganizationSql
{
    public const string All = "SELECT id FROM organizations ORDER BY id";

    public const string Note = "INSERT INTO organizations (id) VALUES (@id) ON CONFLICT (id) DO NOTHING";
}
