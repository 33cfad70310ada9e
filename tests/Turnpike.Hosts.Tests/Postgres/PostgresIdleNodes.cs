using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Turnpike.Pipeline;
using Turnpike.Storage;
using Turnpike.Tests.Scripted;
using Turnpike.Turns;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>A node that nobody asks for a while, and whose connections are lost meanwhile.</summary>
public sealed class PostgresIdleNodes : PostgresTests
{
    [Fact]
    public async Task The_first_turn_after_connections_were_lost_is_kept_whole()
    {
        var services = new ServiceCollection();
        services.AddTurnpikePostgres(ConnectionString + ";KeepAlive=1");
        services.AddTurnpike().AddModel("test/model", new ScriptedModel().Says("One").Says("Two ", "words")).UseModel("test/model");
        await using var node = services.BuildServiceProvider();
        var runner = node.GetRequiredService<TurnRunner>();
        await runner.WaitAsync((await runner.StartAsync(new() { Content = "a" }, Cancellation)).Turn.Id, Cancellation);

        await using var other = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await other.OpenAsync(Cancellation);
        await using (var lose = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()", other)) await lose.ExecuteNonQueryAsync(Cancellation);
        await using (var idle = new NpgsqlCommand("SELECT pg_sleep(3)", other)) await idle.ExecuteNonQueryAsync(Cancellation); // meanwhile the node notices

        var turn = await runner.WaitAsync((await runner.StartAsync(new() { Content = "b" }, Cancellation)).Turn.Id, Cancellation);
        Assert.Equal((TurnStatus.Completed, "Two words"), (turn.Status, turn.Answer));
        var events = await node.GetRequiredService<ITurnLog>().ReadAsync(turn.Id, 0, 100, Cancellation);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(happened => happened.Sequence));
        Assert.Equal("Two words", string.Concat(events.OfType<TextDelta>().Select(delta => delta.Text)));
        Assert.IsType<TurnCompleted>(events[^1]);
    }
}
