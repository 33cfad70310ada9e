using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Turnpike.Storage;
using Turnpike.Storage.Postgres;
using Turnpike.Turns.Events;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>Leases, and the writer of the log that changes the same rows.</summary>
public sealed class PostgresRenewals : PostgresTests
{
    [Fact]
    public async Task Leases_are_renewed_beside_the_text_of_many_turns()
    {
        const int Turns = 500, Renewals = 15;
        await using var node = Open();
        await using var hurried = new ServiceCollection().AddTurnpikePostgres(new PostgresOptions { ConnectionString = ConnectionString, Connections = 4, Patience = TimeSpan.Zero }).BuildServiceProvider(); // where writers meet again and again, it gives up
        var tending = hurried.GetRequiredService<ITurnStore>();
        var (turns, log) = (node.GetRequiredService<ITurnStore>(), node.GetRequiredService<ITurnLog>());
        var ids = Enumerable.Range(0, Turns).Select(i => $"turn_{i}").ToArray();
        await Task.WhenAll(ids.Select(id => turns.BeginAsync(Beginning(id), Cancellation)));
        using var enough = new CancellationTokenSource();
        var streaming = Task.Run(async () =>
        {
            var n = 2L;
            for (; !enough.IsCancellationRequested; n++)
            {
                foreach (var id in ids[..^1]) log.Append(Placed(new TextDelta { Text = $"{n} " }, id, n));
                await log.AppendAsync(Placed(new TextDelta { Text = $"{n} " }, ids[^1], n), Cancellation);
            }
            return n;
        }, Cancellation);

        for (var i = 1; i <= Renewals; i++)
        {
            Assert.Equal(ids.Order(), (await tending.RenewAsync("node_1", [.. ids, "turn_x"], Noon.AddHours(i), Cancellation)).Order());
            Assert.False(streaming.IsCompleted);
        }
        Assert.Equal((long)Turns, Ask($"SELECT count(*) FROM running WHERE until > {Noon.AddHours(Renewals - 1).AddMinutes(30).ToUnixTimeMilliseconds()}"));

        await enough.CancelAsync();
        var last = await streaming;
        Assert.All(await Task.WhenAll(ids.Select(id => EndAsync(turns, id, last))), Assert.True); // no log has a gap
    }

    [Fact]
    public async Task A_turn_whose_row_somebody_holds_is_not_lost_and_keeps_no_other_waiting()
    {
        await using var node = Open();
        var turns = node.GetRequiredService<ITurnStore>();
        foreach (var id in (string[])["turn_1", "turn_2"]) await turns.BeginAsync(Beginning(id), Cancellation);
        await turns.BeginAsync(Beginning("turn_3", "node_2"), Cancellation);
        await using (var other = new NpgsqlConnection(ConnectionString + ";Pooling=false"))
        {
            await other.OpenAsync(Cancellation);
            await using var transaction = await other.BeginTransactionAsync(Cancellation);
            await using var hold = new NpgsqlCommand("SELECT 1 FROM running WHERE turn IN ('turn_1', 'turn_3') FOR UPDATE", other);
            await hold.ExecuteNonQueryAsync(Cancellation);
            Assert.Equal(["turn_1", "turn_2"], (await turns.RenewAsync("node_1", ["turn_1", "turn_2", "turn_3"], Noon.AddHours(1), Cancellation)).Order());
            Assert.Equal("turn_1,turn_3", Ask($"SELECT string_agg(turn, ',' ORDER BY turn) FROM running WHERE until < {Noon.AddMinutes(30).ToUnixTimeMilliseconds()}"));
        }
        Assert.Equal(["turn_1", "turn_2"], (await turns.RenewAsync("node_1", ["turn_1", "turn_2", "turn_3"], Noon.AddHours(1), Cancellation)).Order());
        Assert.Equal("turn_3", Ask($"SELECT string_agg(turn, ',' ORDER BY turn) FROM running WHERE until < {Noon.AddMinutes(30).ToUnixTimeMilliseconds()}"));
    }

    [Theory]
    [InlineData("", "10s")]
    [InlineData(";Options=-c idle_in_transaction_session_timeout=3s", "3s")]
    [InlineData(";Options=-c work_mem=8MB", "10s")]
    public async Task A_transaction_in_which_its_program_is_frozen_is_ended_after_ten_seconds_unless_told_otherwise(string more, string ended)
    {
        await using var connection = new NpgsqlConnection(new PostgresOptions { ConnectionString = ConnectionString + more }.Settings().ConnectionString);
        foreach (var _ in (int[])[1, 2]) // the second time as it comes back from the pool
        {
            await connection.OpenAsync(Cancellation);
            await using var show = new NpgsqlCommand("SHOW idle_in_transaction_session_timeout", connection);
            Assert.Equal(ended, await show.ExecuteScalarAsync(Cancellation));
            await connection.CloseAsync();
        }
        NpgsqlConnection.ClearPool(connection);
    }
}
