using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Sqlite;

/// <summary>The files of organizations: <c>organizations/{place}.db</c> beside the default one's.</summary>
internal static class SqliteOrganizations
{
    public static OrganizationDatabases Of(SqliteDatabase home, SqliteOptions options, TimeProvider time)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(options.Path))!, "organizations");
        return new(home, place => SqliteDatabase.Open(options with { Path = Path.Combine(folder, place + ".db") }, time), () => Made(folder));
    }

    private static IReadOnlyList<string> Made(string folder) => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.db").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)] : [];
}
