using System.Text.Json;
using Turnpike.Hosts.Tests.Access;
using Turnpike.Hosts.Tests.Providers;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>Tool servers are the whole installation's: others use their tools, and are told nothing of the machine and the network that they are on.</summary>
public sealed class ToolServersOfTheInstallation
{
    private const string Program = "/nowhere/at/all/program";

    private static async Task<(string Ours, string Manager, string Plain, string Other)> KeysAsync(RunningServer server, string nobody)
    {
        var ours = (await server.KeyAsync("ours", Scopes.Admin)).Secret;
        foreach (var made in (object[])
        [
            new { name = "program", transport = "stdio", command = Program, args = new[] { "--deep-inside" }, env = new { TOKEN = "x-secret" } },
            new { name = "far", url = nobody + "inner/mcp", headers = new { Authorization = "Bearer y-secret" } },
        ]) Assert.Equal(201, (await server.AskAsync(ours, HttpMethod.Post, "/api/tools/servers", made)).Status);
        return (ours, (await server.KeyAsync("manager", Scopes.ToolsManage)).Secret, (await server.KeyAsync("plain", Scopes.Turns)).Secret, (await server.KeyAsync(new NewKey { Name = "other", Scopes = [Scopes.Admin], Organization = "other" })).Secret);
    }

    [Fact]
    public async Task Another_organization_sees_which_there_are_and_how_they_are_and_restarts_none()
    {
        await using var sound = new RoughToolServer($"[{RoughToolServer.Tool("tool")}]");
        await using var server = new RunningServer();
        var (ours, manager, _, other) = await KeysAsync(server, RawServer.Nobody().ToString());
        var (status, added) = await server.AskAsync(ours, HttpMethod.Post, "/api/tools/servers", new { name = "sound", url = sound.Url });
        Assert.Equal((201, "sound"), (status, added.GetProperty("name").GetString()));
        foreach (var name in (string[])["program", "far", "sound"])
        {
            var (refused, problem) = await server.AskAsync(other, HttpMethod.Post, $"/api/tools/servers/{name}/test");
            Assert.Equal((403, "forbidden"), (refused, problem.GetProperty("code").GetString()));
            Assert.Equal(200, (await server.AskAsync(manager, HttpMethod.Post, $"/api/tools/servers/{name}/test")).Status);
        }

        var seen = (await server.AskAsync(other, HttpMethod.Get, "/api/tools/servers")).Body.GetProperty("data").EnumerateArray().Select(row => row.GetRawText());
        Assert.Equal([
            """{"name":"far","trusted":false,"configured":false,"health":{"status":"failed"},"status":"failed"}""",
            """{"name":"program","trusted":false,"configured":false,"health":{"status":"failed"},"status":"failed"}""",
            """{"name":"sound","trusted":false,"configured":false,"health":{"status":"ready","tools":1},"status":"ready"}"""], seen);

        var whole = (await server.AskAsync(manager, HttpMethod.Get, "/api/tools/servers")).Body.GetProperty("data");
        Assert.Equal(Program, whole[1].GetProperty("command").GetString());
        Assert.Contains(Program, whole[1].GetProperty("health").GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_run_turns_is_told_that_a_server_is_missing_and_not_where_it_is()
    {
        await using var server = new RunningServer();
        var nobody = RawServer.Nobody().ToString();
        var (_, _, plain, other) = await KeysAsync(server, nobody);
        foreach (var key in (string[])[plain, other])
        {
            var listed = (await server.AskAsync(key, HttpMethod.Get, "/api/tools")).Body;
            Assert.Equal(["""{"source":"far","message":"Tool server \"far\" cannot be reached. The program's log tells why."}""", """{"source":"program","message":"Tool server \"program\" cannot be started. The program's log tells why."}"""],
                listed.GetProperty("unavailable").EnumerateArray().Select(row => JsonSerializer.Serialize(row, Plain)));
            var (status, turn) = await server.AskAsync(key, HttpMethod.Post, "/api/turns", new { content = "x", tools = new[] { "*" } });
            Assert.Equal(200, status);
            Assert.Contains("cannot be started", turn.GetRawText(), StringComparison.Ordinal);
            foreach (var inner in (string[])[Program, "nowhere", new Uri(nobody).Authority, "No such file", "refused ("]) Assert.DoesNotContain(inner, turn.GetRawText() + listed.GetRawText(), StringComparison.Ordinal);
        }
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
