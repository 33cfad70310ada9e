using Npgsql;
using Turnpike.Storage.Sql;

namespace Turnpike.Storage.Postgres;

/// <summary>Brings a database's schema up to date: numbered scripts, each run once, all in one transaction, by one program at a time.</summary>
internal static class PostgresMigrations
{
    private const long Lock = 0x7475726e70696b65; // "turnpike"

    /// <exception cref="Turns.TurnException"><c>storage_unavailable</c>: a newer program wrote this database.</exception>
    public static void Run(NpgsqlConnection connection, NpgsqlConnectionStringBuilder settings, DateTimeOffset now)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, $"SELECT pg_advisory_xact_lock({Lock})");
        Execute(connection, PostgresScripts.Translate(Migrations.Table));
        var applied = Applied(connection);
        foreach (var (version, name) in Migrations.Missing(applied, (newest, known) => PostgresErrors.Newer(settings, newest, known)))
        {
            Execute(connection, PostgresScripts.Translate(Migrations.PostgresScript(name) ?? Migrations.Script(name)));
            using var note = new NpgsqlCommand(Migrations.Note, connection);
            note.Parameters.AddWithValue("@version", version);
            note.Parameters.AddWithValue("@name", name);
            note.Parameters.AddWithValue("@at", now.ToUnixTimeMilliseconds());
            note.ExecuteNonQuery();
        }
        if (applied.Count == 0) Execute(connection, PostgresScripts.Tuning);
        transaction.Commit();
    }

    private static List<long> Applied(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Migrations.Applied, connection);
        using var reader = command.ExecuteReader();
        var applied = new List<long>();
        while (reader.Read()) applied.Add(reader.GetInt64(0));
        return applied;
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
