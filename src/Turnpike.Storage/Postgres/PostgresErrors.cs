using System.Net.Sockets;
using Npgsql;
using Turnpike.Turns;

namespace Turnpike.Storage.Postgres;

/// <summary>What people are told when PostgreSQL fails, and what is tried again. Clients may be strangers: where the database is and what it said itself is for who runs the program.</summary>
internal static class PostgresErrors
{
    private const string NoWrites = "takes no writes: it is a standby, or set to be read only (default_transaction_read_only). Name the primary in ConnectionStrings:Turnpike, or wait for the failover.";
    private const string NoWritesNow = "takes no writes just now; try again.";
    private const string FrozenInTransaction = "25P03"; // its server ended the connection meanwhile (idle_in_transaction_session_timeout)

    public static TurnException Of(NpgsqlConnectionStringBuilder settings, Exception error) => error as TurnException ?? (error is PostgresException { SqlState: PostgresErrorCodes.ProgramLimitExceeded } limit
        ? new(TurnErrorCode.RequestInvalid, "An id or a name is longer than the database can look up. Send a shorter one; asking again does not help.", error) { OperatorMessage = $"An id or a name is longer than the database \"{settings.Database}\" can look up ({limit.MessageText}). Send a shorter one; asking again does not help." }
        : Failed(settings, error));

    private static TurnException Failed(NpgsqlConnectionStringBuilder settings, Exception error) =>
        new(TurnErrorCode.StorageUnavailable, $"The database {Told(error)}", error) { OperatorMessage = $"{Name(settings)} {What(error)}", RetryAfter = TimeSpan.FromSeconds(5) };

    public static TurnException Newer(NpgsqlConnectionStringBuilder settings, long unknown)
    {
        var why = $"was written by a newer Turnpike: its schema holds the change {unknown}, which this program does not know. Start the newer program, or give this one another database.";
        return new(TurnErrorCode.StorageUnavailable, $"The database {why}") { OperatorMessage = $"{Name(settings)} {why}" };
    }

    public static TurnException Closed() => new(TurnErrorCode.ShuttingDown, "The connections to the database are being closed.") { RetryAfter = TimeSpan.FromSeconds(5) };

    public static TurnException ReadOnly(NpgsqlConnectionStringBuilder settings) =>
        new(TurnErrorCode.StorageUnavailable, $"The database {NoWritesNow}") { OperatorMessage = $"{Name(settings)} {NoWrites}", RetryAfter = TimeSpan.FromSeconds(5) };

    private static string Name(NpgsqlConnectionStringBuilder settings) => $"The database \"{settings.Database}\" at {settings.Host}";

    /// <summary>Whether two writers met: the same work, done again, succeeds or says why not.</summary>
    public static bool Met(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.LockNotAvailable } => true,
        PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: "conversations_prompt_hash_fkey" or "prompt_versions_hash_fkey" } => true, // one forgot a prompt's content while the other named it
        _ => false,
    };

    /// <summary>Whether the database cannot be reached or does not take writes for the moment: a restart, a failover, too many connections.</summary>
    public static bool Away(Exception error) => error switch
    {
        PostgresException told => told.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory or FrozenInTransaction || told.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException => true,
        _ => false,
    };

    private static string Told(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.DiskFull } => NoWritesNow,
        PostgresException told when Met(told) => "has too many writers at the same place just now; try again.",
        PostgresException told when !Away(told) && told.SqlState is not (PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName) => "failed. The server's log tells why.",
        _ => "cannot be reached just now; try again.",
    };

    private static string What(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => "does not let this user in. Check the user and the password of ConnectionStrings:Turnpike.",
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => "does not exist. Create it, or name another one in ConnectionStrings:Turnpike.",
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } denied => $"denies this: {denied.MessageText}. Give the user the right to create and use tables.",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "cannot grow: its disk is full. Make room and try again.",
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => "has no connection left. Raise its max_connections, or lower Turnpike:Database:Connections of the nodes.",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => NoWrites,
        PostgresException told when Met(told) => "has too many writers at the same place just now. Try again.",
        PostgresException told => $"failed ({told.SqlState}: {told.MessageText}).",
        _ => $"cannot be reached: {error.Message.TrimEnd('.')}. See that it runs and that ConnectionStrings:Turnpike is right.",
    };
}
