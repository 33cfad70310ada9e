using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Being on this machine counts before any key is made, and what a proxy on this machine passes on is not.</summary>
public sealed class ComingThroughProxies
{
    private const string Program = """{"name":"p","transport":"stdio","command":"/bin/true"}""";

    [Fact]
    public async Task What_came_through_a_proxy_is_not_of_this_machine_though_the_proxy_is()
    {
        await using var server = new RunningServer();
        foreach (var (name, value) in ((string, string)[])[("X-Forwarded-For", "203.0.113.9"), ("x-forwarded-proto", "https"), ("X-Forwarded-Host", "example.org"), ("Forwarded", "for=203.0.113.9"), ("Via", "1.1 proxy"), ("X-Real-IP", "203.0.113.9"), ("X-Original-For", "203.0.113.9"), ("x-original-proto", "http")])
        {
            var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/keys", null, (name, value)));
            Assert.True(refused is { Status: 401, Code: "unauthorized" }, name);
            Assert.Contains("came through a proxy", refused.Detail, StringComparison.Ordinal);
            using var made = await server.SendAsync(HttpMethod.Post, "/api/keys", """{"name":"mine","scopes":["admin"]}""", (name, value));
            Assert.Equal(401, (int)made.StatusCode);
        }
        Assert.Empty(await server.Get<IKeyStore>().AllAsync(TestContext.Current.CancellationToken));
        using var here = await server.SendAsync(HttpMethod.Get, "/api/keys");
        Assert.Equal(200, (int)here.StatusCode);
    }

    [Fact]
    public async Task Once_there_are_keys_programs_are_added_with_admin_only_wherever_the_request_comes_from()
    {
        await using var server = new RunningServer();
        using (var before = await server.SendAsync(HttpMethod.Post, "/api/tools/servers", Program)) Assert.Equal(201, (int)before.StatusCode);
        var tools = (await server.KeyAsync("tools", Scopes.ToolsManage)).Secret;
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var (status, body) = await server.AskAsync(tools, HttpMethod.Post, "/api/tools/servers", new { name = "q", transport = "stdio", command = "/bin/true" });
        Assert.Equal((403, "transport"), (status, body.GetProperty("field").GetString()));
        Assert.False((await server.AskAsync(tools, HttpMethod.Post, "/api/tools/servers", new { name = "q", url = "http://127.0.0.1:9/mcp", @private = true })).Body.GetProperty("private").GetBoolean());
        Assert.True((await server.AskAsync(admin, HttpMethod.Post, "/api/tools/servers", new { name = "q", url = "http://127.0.0.1:9/mcp" })).Body.GetProperty("private").GetBoolean());
        Assert.Equal(201, (await server.AskAsync(admin, HttpMethod.Post, "/api/tools/servers", new { name = "r", transport = "stdio", command = "/bin/true" })).Status);
    }
}
