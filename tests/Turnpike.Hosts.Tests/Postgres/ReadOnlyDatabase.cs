using Npgsql;
using Turnpike.Hosts.Tests.Server;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>A database that is read and takes no writes, as after a failover that left this name with the standby.</summary>
public sealed class ReadOnlyDatabase
{
    [Fact]
    public async Task A_node_is_not_ready_while_its_database_takes_no_writes()
    {
        var database = PostgresCluster.Current.NewMigratedDatabase();
        await using var server = new RunningServer(null, ("ConnectionStrings:Turnpike", database));
        Assert.Equal(200, await ReadyAsync());
        await SetAsync("SET default_transaction_read_only = on");
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/health/ready"));
        Assert.Equal((503, "storage_unavailable"), (refused.Status, refused.Code));
        Assert.Contains("takes no writes", refused.Detail, StringComparison.Ordinal);
        await SetAsync("RESET default_transaction_read_only");
        Assert.Equal(200, await ReadyAsync());

        async Task<int> ReadyAsync()
        {
            using var answer = await server.SendAsync(HttpMethod.Get, "/health/ready");
            return (int)answer.StatusCode;
        }

        async Task SetAsync(string change)
        {
            var settings = new NpgsqlConnectionStringBuilder(database);
            var name = settings.Database;
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Database = "postgres", Pooling = false }.ConnectionString);
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            foreach (var text in (string[])[$"ALTER DATABASE {name} {change}", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"]) // sessions keep what they began with
            {
                await using var command = new NpgsqlCommand(text, connection);
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }
        }
    }
}
