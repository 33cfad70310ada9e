using System.Globalization;

namespace Turnpike.Storage.Sql;

/// <summary>
/// The numbered scripts that make the schema, the same for all engines. They are written in the words that SQLite knows; PostgreSQL reads them through
/// <c>PostgresScripts</c>.
/// </summary>
internal static class Migrations
{
    private const string Folder = "migrations/";

    /// <summary>All scripts in order: number and name, such as 1 and <c>0001_start</c>.</summary>
    public static IReadOnlyList<(long Version, string Name)> Known { get; } =
    [
        .. typeof(Migrations).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name => (long.Parse(name.AsSpan(Folder.Length, 4), CultureInfo.InvariantCulture), name[Folder.Length..])),
    ];

    /// <summary>The table of the scripts that were run.</summary>
    public const string Table = "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";

    public const string Applied = "SELECT version FROM schema_versions";

    public const string Note = "INSERT INTO schema_versions (version, name, applied_at) VALUES (@version, @name, @at)";

    /// <summary>The text of a script.</summary>
    public static string Script(string name) => Read(Folder + name)!;

    /// <summary>What stands for a script in PostgreSQL, where translating the words is not enough; null: it is.</summary>
    public static string? PostgresScript(string name) => Read("postgres/" + name);

    private static string? Read(string resource)
    {
        if (typeof(Migrations).Assembly.GetManifestResourceStream(resource) is not { } script) return null;
        using var reader = new StreamReader(script);
        return reader.ReadToEnd();
    }

    /// <summary>The scripts that a database lacks.</summary>
    /// <param name="applied">The numbers of those it has.</param>
    /// <param name="newer">Makes the refusal of a database that a newer program wrote, from the number of a script that is not known here; it may be lower than those that are.</param>
    public static IEnumerable<(long Version, string Name)> Missing(IReadOnlyCollection<long> applied, Func<long, Exception> newer)
    {
        if (applied.Except(Known.Select(migration => migration.Version)).Order().ToList() is [.., var unknown]) throw newer(unknown);
        return Known.Where(migration => !applied.Contains(migration.Version));
    }
}
