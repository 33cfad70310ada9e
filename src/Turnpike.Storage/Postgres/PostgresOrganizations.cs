using System.Security.Cryptography;
using System.Text;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>
/// The schemas of organizations, beside the default one's and by the same connections: <c>org_{place}</c>, or <c>{schema}_org_{place}</c> where the default one has a schema of its own, so that
/// several installations in one database share nothing. One of the first kind that an older program made for several belongs to the first of them that opens it, and says so in its comment.
/// </summary>
internal static class PostgresOrganizations
{
    private const string Beginning = "org_";
    private const string Public = "public";
    private const string Mark = "Turnpike: an organization of the schema ";
    private const int Longest = 63; // bytes of a name

    private const string Lock = "SELECT 1 FROM pg_advisory_xact_lock(8391739299332713317)"; // as migrations take it
    private const string Home = "SELECT current_schema()";
    private const string Found = """
        SELECT obj_description(n.oid, 'pg_namespace'), pg_has_role(n.nspowner, 'USAGE'), EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid)
        FROM pg_namespace n WHERE n.nspname = @name
        """;

    public static OrganizationDatabases Of(PostgresDatabase home) =>
        new(home, place => home.Beside(Task.Run(() => home.WriteInLineAsync(session => SchemaAsync(session, place), CancellationToken.None)).GetAwaiter().GetResult()));

    private static async Task<string> SchemaAsync(SqlSession session, string place)
    {
        await session.QueryAsync(Lock, _ => 1);
        var home = (await session.QueryAsync(Home, row => row.IsDBNull(0) ? Public : row.GetString(0)))[0];
        var (shared, own) = (Beginning + place, OwnOf(home, place));
        if (await FindAsync(session, own) is not null) return own;
        if (await FindAsync(session, shared) is { } there)
        {
            if (there.Mark == Mark + home) return shared;
            if (there.Mark?.StartsWith(Mark, StringComparison.Ordinal) != true && (!there.HasTables || await KnowsAsync(session, place)))
            {
                if (there.IsOurs) await session.ExecuteAsync(Comment(shared, home));
                return shared;
            }
        }
        else if (home == Public)
        {
            own = shared;
        }
        await session.ExecuteAsync($"CREATE SCHEMA \"{own}\"");
        await session.ExecuteAsync(Comment(own, home));
        return own;
    }

    private static string OwnOf(string home, string place) => $"{home}_{Beginning}{place}" is var name && Encoding.UTF8.GetByteCount(name) <= Longest && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_')
        ? name : Beginning + "x_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..40];

    private static async Task<(string? Mark, bool IsOurs, bool HasTables)?> FindAsync(SqlSession session, string name) =>
        await session.QueryAsync(Found, row => (Mark: row.IsDBNull(0) ? null : row.GetString(0), IsOurs: row.GetBoolean(1), HasTables: row.GetBoolean(2)), ("@name", name)) is [var found] ? found : null;

    /// <summary>Whether the default organization's schema knows one at a place from before.</summary>
    private static async Task<bool> KnowsAsync(SqlSession session, string place) => (await session.QueryAsync(OrganizationSql.All, row => row.GetString(0))).Exists(known => OrganizationDatabases.PlaceOf(known) == place);

    private static string Comment(string schema, string home) => $"COMMENT ON SCHEMA \"{schema}\" IS '{(Mark + home).Replace("'", "''", StringComparison.Ordinal)}'";
}
