using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Storage;
using Turnpike.Storage.Sqlite;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Storage;

/// <summary>A database file in a folder of its own, and small turns to keep in it.</summary>
public abstract class SqliteTests : IDisposable
{
    protected static readonly DateTimeOffset Noon = new(2025, 1, 31, 12, 0, 0, TimeSpan.Zero);
    protected string Folder { get; } = TestFolder.New();

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected string FilePath => Path.Combine(Folder, "data", "turnpike.db");

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected ServiceProvider Open(string? path = null, TimeSpan? busy = null, long mostBehind = 64 * 1024 * 1024, TimeSpan? patience = null) =>
        new ServiceCollection().AddTurnpikeSqlite(new SqliteOptions { Path = path ?? FilePath, BusyTimeout = busy ?? TimeSpan.FromSeconds(10), MostBehind = mostBehind, LogPatience = patience ?? TimeSpan.FromMinutes(2) }).BuildServiceProvider();

    protected static TurnBeginning Beginning(string turn) => new()
    {
        Turn = new() { Id = turn, Conversation = $"conv_{turn}", Status = TurnStatus.Running, Model = "builtin/echo", CreatedAt = Noon },
        Conversation = new() { Id = $"conv_{turn}", Head = turn, CreatedAt = Noon, UpdatedAt = Noon },
        IsNewConversation = true,
        Request = "{}"u8.ToArray(),
        Trace = [],
        Started = Placed(new TurnStarted { Model = "builtin/echo" }, turn, 1),
        Node = "node_1",
        LeaseUntil = Noon.AddSeconds(15),
    };

    protected static TurnEvent Placed(TurnEvent happened, string turn, long sequence)
    {
        happened.Place(turn, $"conv_{turn}", sequence, Noon);
        return happened;
    }

    protected static Task<bool> EndAsync(ITurnStore turns, string turn, long sequence) =>
        turns.EndAsync(Beginning(turn).Turn with { Status = TurnStatus.Completed, EndedAt = Noon }, [], Placed(new TurnCompleted { Usage = TurnUsage.None }, turn, sequence), Cancellation);

    protected void Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        SqliteConnections.Run(connection, sql);
    }

    protected long Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
