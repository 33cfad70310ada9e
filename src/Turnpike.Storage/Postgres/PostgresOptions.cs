using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Turnpike.Storage.Postgres;

/// <summary>Where the PostgreSQL database is and how much of it is used.</summary>
public sealed record PostgresOptions
{
    /// <summary>Ends the transaction of a program that is frozen in the middle of it: it may hold rows by which others end its turns. None of ours rests so long.</summary>
    private const string Frozen = "idle_in_transaction_session_timeout";

    /// <summary>Npgsql's words (<c>Host=…;Database=…;Username=…</c>) or a URI (<c>postgresql://user:password@host:5432/database</c>).</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The file with the keys that secrets are sealed with, made when it does not exist and the same on all nodes; <c>data/secrets.key</c> unless told otherwise.</summary>
    public string SecretsFile { get; init; } = Path.Combine("data", "secrets.key");

    /// <summary>The most connections this program opens for all organizations together, 4 to 1000; 20 unless told otherwise. One listens and one writes the log, however many turns run.</summary>
    public int Connections { get; init; } = 20;

    /// <summary>The schema that holds the tables, made when it does not exist; null: the first of the user's search path.</summary>
    public string? Schema { get; init; }

    /// <summary>How long a write or read waits for a database that cannot be reached before it is given up; 5 seconds unless told otherwise.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long events wait for a database that cannot be reached before their turns are ended; 2 minutes unless told otherwise.</summary>
    public TimeSpan LogPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many bytes of events may wait to be written, 64 MiB unless told otherwise. Beyond it events are dropped and their turns end as interrupted.</summary>
    public long MostBehind { get; init; } = 64 * 1024 * 1024;

    /// <summary>Whether this database hears what is told; of several schemas of one database one is enough, for all are told on one channel.</summary>
    internal bool Listens { get; init; } = true;

    /// <summary>Whether a connection string is one of PostgreSQL's.</summary>
    public static bool Fits(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return IsUri(connectionString) || connectionString.Contains("Host=", StringComparison.OrdinalIgnoreCase) || connectionString.Contains("Server=", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The settings of a connection.</summary>
    /// <exception cref="ArgumentException">The connection string cannot be read; the message names the word at fault and no value, which may be a secret.</exception>
    internal NpgsqlConnectionStringBuilder Settings()
    {
        var settings = IsUri(ConnectionString) ? OfUri(ConnectionString) : OfWords(ConnectionString);
        settings.MaxPoolSize = Math.Clamp(Connections, 4, 1000);
        settings.ApplicationName ??= "turnpike";
        settings.NoResetOnClose = false; // organizations share connections, which forget the schema of the one before
        settings.IncludeErrorDetail = false; // it would show what people wrote
        if (settings.Options?.Contains(Frozen, StringComparison.OrdinalIgnoreCase) != true) settings.Options = $"{settings.Options} -c {Frozen}=10s".TrimStart();
        if (settings.MaxAutoPrepare == 0) settings.MaxAutoPrepare = 200;
        settings.AutoPrepareMinUsages = 2;
        if (settings.KeepAlive == 0) settings.KeepAlive = 15;
        return settings;
    }

    private static bool IsUri(string text) => text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static NpgsqlConnectionStringBuilder OfWords(string text)
    {
        var words = new DbConnectionStringBuilder { ConnectionString = text };
        var settings = new NpgsqlConnectionStringBuilder();
        foreach (var word in words.Keys.Cast<string>()) Set(settings, word, Convert.ToString(words[word], CultureInfo.InvariantCulture)!);
        return settings;
    }

    /// <summary>Words that are written otherwise in URIs (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS).</summary>
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
    };

    private static NpgsqlConnectionStringBuilder OfUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Fragment.Length > 0)
            throw new ArgumentException("It is no URI: in a name or password write # as %23, / as %2F, ? as %3F, @ as %40, : as %3A and % as %25; a port is a number from 1 to 65535.");
        var settings = new NpgsqlConnectionStringBuilder { Host = uri.Host, Port = uri.Port > 0 ? uri.Port : 5432 };
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0) settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) settings.Password = Uri.UnescapeDataString(user[1]);
        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database) settings.Database = Uri.UnescapeDataString(database);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            var (word, value) = (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : ""));
            Set(settings, Words.GetValueOrDefault(word, word), word is "sslmode" or "channel_binding" ? value.Replace("-", "", StringComparison.Ordinal) : value);
        }
        return settings;
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string word, string value)
    {
        if (!settings.ContainsKey(word)) throw new ArgumentException($"\"{word}\" is none of the words that it may have; a value with a ; is put in quotes.");
        try
        {
            settings[word] = value;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Port, ushort.MaxValue);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            throw new ArgumentException($"The value of \"{word}\" is none that it can have.", error);
        }
    }
}
