using System.Text.Json;
using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Stores;

namespace Turnpike.Hosts.Tests.Tools;

/// <summary>Headers and variables of tool servers are shown masked, and what comes back masked is still what it was, for whom it was.</summary>
public sealed class SecretsOfToolServers
{
    private static readonly string[] Told = ["health", "status", "configured"];

    [Fact]
    public async Task A_server_that_is_sent_back_as_it_is_shown_keeps_its_secrets_for_the_place_they_were_given_for()
    {
        await using var asking = new AskingToolServer(AskingToolServer.Says("Booked."));
        await using var server = new RunningServer();
        var entry = JsonSerializer.SerializeToNode(asking.Entry)!;
        entry["headers"] = new JsonObject { ["Authorization"] = "Bearer s3cret", ["X-Old"] = "old" };
        using (var added = await server.PostAsync("/api/tools/servers", entry)) Assert.Equal(201, (int)added.StatusCode);

        var shown = (JsonObject)JsonNode.Parse((await server.GetJsonAsync("/api/tools/servers")).GetProperty("data")[0].GetRawText())!;
        foreach (var member in Told) shown.Remove(member);
        Assert.Equal("•••", (string?)shown["headers"]!["Authorization"]);
        shown["headers"]!["X-Old"] = "new";
        using (var changed = await server.PostAsync("/api/tools/servers", shown)) Assert.Equal(200, (int)changed.StatusCode);
        using (var called = await server.PostAsync("/api/tools/book/call", new { arguments = new { } })) Assert.Equal("Booked.", (await server.JsonAsync(called)).GetProperty("result").GetString());
        var headers = asking.Called.Last().Headers;
        Assert.Equal(("Bearer s3cret", "new"), (headers["Authorization"], headers["X-Old"]));

        Assert.Equal("headers", await FieldAsync(shown, "url", "https://elsewhere.example.org/mcp"));
        Assert.Equal("headers", await FieldAsync(shown, "headers", new JsonObject { ["X-Unknown"] = "•••" }));
        Assert.Equal("headers", await FieldAsync(shown, "name", "another"));
        var kept = Assert.Single(await server.Get<IToolServerStore>().ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("Bearer s3cret", "new"), (kept.Headers["Authorization"], kept.Headers["X-Old"]));

        async Task<string?> FieldAsync(JsonObject of, string name, JsonNode value)
        {
            var body = (JsonObject)of.DeepClone();
            body[name] = value;
            var refused = await server.RefusedAsync(server.PostAsync("/api/tools/servers", body));
            Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
            return refused.Body.GetProperty("field").GetString();
        }
    }

    [Fact]
    public async Task A_variable_that_is_sent_back_as_it_is_shown_stays_what_it_is_for_the_same_program()
    {
        await using var server = new RunningServer();
        using (var added = await server.PostAsync("/api/tools/servers", new { name = "local", transport = "stdio", command = "/bin/true", env = Token("s3cret") })) Assert.Equal(201, (int)added.StatusCode);
        using (var changed = await server.PostAsync("/api/tools/servers", new { name = "local", transport = "stdio", command = "/bin/true", trusted = true, env = Token("•••") })) Assert.Equal(200, (int)changed.StatusCode);
        var kept = Assert.Single(await server.Get<IToolServerStore>().ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("s3cret", true), (kept.Env["TOKEN"], kept.Trusted));
        var refused = await server.RefusedAsync(server.PostAsync("/api/tools/servers", new { name = "local", transport = "stdio", command = "/bin/env", env = Token("•••") }));
        Assert.Equal((400, "env"), (refused.Status, refused.Body.GetProperty("field").GetString()));

        static Dictionary<string, string> Token(string value) => new() { ["TOKEN"] = value };
    }
}
