using Npgsql;
using Turnpike.Turns.Stores;

namespace Turnpike.Storage.Postgres;

/// <summary>What became of a commit whose answer was lost with the connection: the server knows it by the transaction's number, so that no work is done twice.</summary>
internal static class PostgresCommits
{
    private const string Number = "SELECT txid_current_if_assigned(), (SELECT count(pg_notify('turnpike', m)) FROM unnest(@messages) AS m)";
    private const string Status = "SELECT txid_status(@number)";

    /// <summary>The number of the connection's transaction, null when it has changed nothing; tells changes when it is committed.</summary>
    public static async Task<long?> NumberAsync(NpgsqlConnection connection, IReadOnlyCollection<StoreChange> changes)
    {
        await using var command = new NpgsqlCommand(Number, connection);
        command.Parameters.AddWithValue("@messages", PostgresNews.Messages(changes));
        return await command.ExecuteScalarAsync() as long?;
    }

    /// <summary>Whether a transaction was committed.</summary>
    /// <exception cref="TimeoutException">It is not yet decided.</exception>
    public static async Task<bool> IsKeptAsync(NpgsqlConnection connection, long number)
    {
        await using var command = new NpgsqlCommand(Status, connection);
        command.Parameters.AddWithValue("@number", number);
        try
        {
            return await command.ExecuteScalarAsync() switch
            {
                "committed" => true,
                "in progress" => throw new TimeoutException("It is still at work on what it was asked to commit"),
                _ => false,
            };
        }
        catch (PostgresException never) when (never.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            return false; // after a failover: this server has not come to that number
        }
    }
}
