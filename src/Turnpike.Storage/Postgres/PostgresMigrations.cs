using Npgsql;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>Brings a database's schema up to date: numbered scripts, each run once, all in one transaction, by one program at a time. Whatever they take, and whoever is first, is waited for.</summary>
internal static class PostgresMigrations
{
    private const long Lock = 0x7475726e70696b65; // "turnpike"

    /// <exception cref="Turns.TurnException"><c>storage_unavailable</c>: a newer program wrote this database.</exception>
    public static async Task RunAsync(NpgsqlConnection connection, NpgsqlConnectionStringBuilder settings, DateTimeOffset now)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})");
        if (Schema(settings.SearchPath) is { } schema && !await IsThereAsync(connection, schema)) await ExecuteAsync(connection, $"CREATE SCHEMA \"{schema}\"");
        await ExecuteAsync(connection, PostgresScripts.Translate(Migrations.Table));
        var applied = await AppliedAsync(connection);
        foreach (var (version, name) in Migrations.Missing(applied, unknown => PostgresErrors.Newer(settings, unknown)))
        {
            await ExecuteAsync(connection, PostgresScripts.Translate(Migrations.PostgresScript(name) ?? Migrations.Script(name)));
            await using var note = Command(connection, Migrations.Note);
            note.Parameters.AddWithValue("@version", version);
            note.Parameters.AddWithValue("@name", name);
            note.Parameters.AddWithValue("@at", now.ToUnixTimeMilliseconds());
            await note.ExecuteNonQueryAsync();
        }
        if (applied.Count == 0) await ExecuteAsync(connection, PostgresScripts.Tuning);
        await transaction.CommitAsync();
    }

    /// <summary>The schema that a search path names, as PostgreSQL reads it; null for one of several, of the user, or in quotes: whoever writes those has made them.</summary>
    private static string? Schema(string? path) => path is { Length: > 0 } && path.All(letter => letter is not (',' or '"' or '$') && !char.IsWhiteSpace(letter)) ? path.ToLowerInvariant() : null;

    /// <summary>Asked first: whoever may not make schemas is refused also where there is nothing to make.</summary>
    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, string schema)
    {
        await using var command = Command(connection, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = @name)");
        command.Parameters.AddWithValue("@name", schema);
        return await command.ExecuteScalarAsync() is true;
    }

    private static async Task<List<long>> AppliedAsync(NpgsqlConnection connection)
    {
        await using var command = Command(connection, Migrations.Applied);
        await using var reader = await command.ExecuteReaderAsync();
        var applied = new List<long>();
        while (await reader.ReadAsync()) applied.Add(reader.GetInt64(0));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = Command(connection, sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>A command without a time limit: an index on a large table takes minutes.</summary>
    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql) => new(sql, connection) { CommandTimeout = 0 };
}
