using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Turnpike.Storage;
using Turnpike.Storage.Postgres;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>A database of a test's own on the shared server, and small turns to keep in it.</summary>
public abstract class PostgresTests
{
    protected static readonly DateTimeOffset Noon = new(2025, 1, 31, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected string ConnectionString { get; init; } = PostgresCluster.Current.NewDatabase();

    protected ServiceProvider Open(string? connectionString = null, int connections = 6) =>
        new ServiceCollection().AddTurnpikePostgres(new PostgresOptions { ConnectionString = connectionString ?? ConnectionString, Connections = connections }).BuildServiceProvider();

    protected static TurnBeginning Beginning(string turn, string node = "node_1") => new()
    {
        Turn = new() { Id = turn, Conversation = $"conv_{turn}", Status = TurnStatus.Running, Model = "builtin/echo", CreatedAt = Noon },
        Conversation = new() { Id = $"conv_{turn}", Head = turn, CreatedAt = Noon, UpdatedAt = Noon },
        IsNewConversation = true,
        Request = "{}"u8.ToArray(),
        Trace = [],
        Started = Placed(new TurnStarted { Model = "builtin/echo" }, turn, 1),
        Node = node,
        LeaseUntil = Noon.AddSeconds(15),
    };

    protected static TurnEvent Placed(TurnEvent happened, string turn, long sequence)
    {
        happened.Place(turn, $"conv_{turn}", sequence, Noon);
        return happened;
    }

    protected static Task<bool> EndAsync(ITurnStore turns, string turn, long sequence) =>
        turns.EndAsync(Beginning(turn).Turn with { Status = TurnStatus.Completed, EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, turn, sequence), Cancellation);

    protected object? Ask(string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }
}
