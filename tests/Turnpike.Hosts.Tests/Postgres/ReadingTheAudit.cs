using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Postgres;

/// <summary>A change is on record when it is answered.</summary>
public sealed class ReadingTheAudit
{
    [Fact]
    public async Task Whoever_has_the_answer_reads_the_line_on_every_node_and_times_do_not_fall()
    {
        var database = ("ConnectionStrings:Turnpike", PostgresCluster.Current.NewMigratedDatabase());
        await using var one = new RunningServer(null, database);
        await using var two = new RunningServer(null, database);
        var admin = (await one.KeyAsync("admin", Scopes.Admin)).Secret;
        for (var i = 0; i < 50; i++)
        {
            var (status, made) = await one.AskAsync(admin, HttpMethod.Post, "/api/rules", new { name = i % 5 == 4 ? "" : $"rule {i}", content = "Be brief." });
            var line = (await LinesAsync(i % 2 == 0 ? one : two, admin))[^1];
            Assert.Equal(("createRule", status), (line.GetProperty("action").GetString(), line.GetProperty("status").GetInt32()));
            Assert.Equal(status == 201 ? "/api/rules/" + made.GetProperty("id").GetString() : "/api/rules", line.GetProperty("target").GetString());
        }
        var lines = await LinesAsync(two, admin);
        Assert.Equal(51, lines.Count); // and the key
        Assert.Equal(lines.Select(line => line.GetProperty("at").GetDateTimeOffset()).Order(), lines.Select(line => line.GetProperty("at").GetDateTimeOffset()));
    }

    [Fact]
    public async Task What_is_not_answered_because_its_client_left_is_on_record_once()
    {
        await using var server = new RunningServer();
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /api/rules HTTP/1.1\r\nHost: {server.Client.BaseAddress.Authority}\r\nContent-Length: 100\r\n\r\n{{"), TestContext.Current.CancellationToken);
            client.LingerState = new(true, 0);
        }
        var lines = new List<JsonElement>();
        while (lines.Count == 0) lines = await LinesAsync(server, null);
        await server.AskAsync(null, HttpMethod.Post, "/api/rules", new { name = "" });
        var statuses = (await LinesAsync(server, null)).Select(line => line.GetProperty("status").GetInt32()).ToList();
        Assert.Equal(2, statuses.Count);
        Assert.All(statuses, status => Assert.InRange(status, 400, 500));
    }

    private static async Task<List<JsonElement>> LinesAsync(RunningServer server, string? secret)
    {
        using var response = await server.WithAsync(secret, HttpMethod.Get, "/api/audit");
        return [.. (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
