using System.Text.Json;
using Turnpike.Hosts.Tests.Compatible;
using Turnpike.Hosts.Tests.Postgres;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What a key may do is changed without another secret.</summary>
public sealed class ChangingKeys
{
    private static async Task<(int Status, JsonElement Body)> ChangeAsync(RunningServer server, string secret, string id, string change)
    {
        using var response = await server.WithAsync(secret, HttpMethod.Patch, "/api/keys/" + id, change);
        return ((int)response.StatusCode, await server.JsonAsync(response));
    }

    private static async Task<int> TurnAsync(RunningServer server, string secret, object? body = null) => (await server.AskAsync(secret, HttpMethod.Post, "/api/turns", body ?? new { content = "Hi" })).Status;

    [Fact]
    public async Task A_raised_limit_lets_the_next_turn_through_and_a_lowered_one_stops_it()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var shop = await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], Limits = new() { RequestsPerMonth = 1, Concurrency = 3 } });
        Assert.Equal((200, 429), (await TurnAsync(server, shop.Secret), await TurnAsync(server, shop.Secret)));
        var (status, changed) = await ChangeAsync(server, admin, shop.Key.Id, """{"limits":{"requestsPerMonth":2}}""");
        Assert.Equal((200, """{"requestsPerMonth":2,"concurrency":3}"""), (status, changed.GetProperty("limits").GetRawText()));
        Assert.Equal((200, 429), (await TurnAsync(server, shop.Secret), await TurnAsync(server, shop.Secret)));
        await ChangeAsync(server, admin, shop.Key.Id, """{"limits":{"requestsPerMonth":null}}""");
        Assert.Equal(200, await TurnAsync(server, shop.Secret));
        await ChangeAsync(server, admin, shop.Key.Id, """{"limits":{"tokensPerDay":1}}""");
        Assert.Equal(429, await TurnAsync(server, shop.Secret));
        Assert.Equal(3, server.Model.Requests.Count);
    }

    [Fact]
    public async Task What_is_named_is_replaced_null_takes_it_away_and_the_rest_stays()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var asked = new NewKey
        {
            Name = "shop",
            Scopes = [Scopes.Turns, Scopes.Files],
            User = "ann",
            Organization = "acme",
            Prompts = ["shop/*"],
            Models = ["test/*"],
            Tools = ["read_*"],
            ExpiresAt = DateTimeOffset.UtcNow.AddDays(3),
            Limits = new() { CostPerDay = 5, TokensPerDay = 7 },
            Settings = new() { Triggers = "off", StoreChat = true, ToolApproval = new Dictionary<string, ToolDecision> { ["rm"] = ToolDecision.Deny, ["mail"] = ToolDecision.Ask } },
        };
        var shop = (await server.KeyAsync(asked)).Key;
        var before = (await server.AskAsync(admin, HttpMethod.Get, "/api/keys/" + shop.Id)).Body;
        Assert.Equal(before.GetRawText(), (await ChangeAsync(server, admin, shop.Id, "{}")).Body.GetRawText());
        var (status, after) = await ChangeAsync(server, admin, shop.Id, """{"name":" store ","scopes":["turns"],"expiresAt":null,"models":null,"tools":["write_*"],"limits":{"costPerDay":null,"concurrency":2},"settings":{"triggers":null,"compose":"full","toolApproval":{"mail":null,"cp":"allow"}}}""");
        Assert.Equal(200, status);
        Assert.Equal(("store", "ann", "acme", shop.Prefix, shop.Id), (after.Text("name"), after.Text("user"), after.Text("organization"), after.Text("prefix"), after.Text("id")));
        Assert.Equal("""["turns"] ["shop/*"] ["write_*"]""", $"{after.GetProperty("scopes").GetRawText()} {after.GetProperty("prompts").GetRawText()} {after.GetProperty("tools").GetRawText()}");
        Assert.False(after.TryGetProperty("expiresAt", out _) || after.TryGetProperty("models", out _));
        Assert.Equal("""{"tokensPerDay":7,"concurrency":2}""", after.GetProperty("limits").GetRawText());
        Assert.Equal("""{"compose":"full","storeChat":true,"reasoningContent":true,"listPrompts":true,"approvals":"ask","toolApproval":{"rm":"deny","cp":"allow"}}""", after.GetProperty("settings").GetRawText());
        Assert.Equal(after.GetRawText(), (await server.AskAsync(admin, HttpMethod.Get, "/api/keys/" + shop.Id)).Body.GetRawText());

        var entries = await server.Get<IAuditLog>().ReadAsync(0, 100, TestContext.Current.CancellationToken);
        Assert.Equal(["/api/keys/" + shop.Id, $"/api/keys/{shop.Id}?changed=name,scopes,expiresAt,models,tools,limits.costPerDay,limits.concurrency,settings.triggers,settings.toolApproval,settings.compose"],
            entries.Where(entry => entry.Action == "changeKey").Select(entry => entry.Target));
        Assert.All(entries.Where(entry => entry.Action == "changeKey"), entry => Assert.Equal("admin", entry.Who));
    }

    [Theory]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"a\nb"}""", "name")]
    [InlineData("""{"scopes":[]}""", "scopes")]
    [InlineData("""{"scopes":["turn"]}""", "scopes")]
    [InlineData("""{"scopes":"turns"}""", "scopes")]
    [InlineData("""{"user":"bob"}""", "user")]
    [InlineData("""{"organization":"acme"}""", "organization")]
    [InlineData("""{"key":"tp_x"}""", "key")]
    [InlineData("""{"limits":{"costPerDay":-1}}""", "limits.costPerDay")]
    [InlineData("""{"limits":{"costPerYear":1}}""", "limits.costPerYear")]
    [InlineData("""{"limits":{"concurrency":99999999999}}""", "limits.concurrency")]
    [InlineData("""{"limits":5}""", "limits")]
    [InlineData("""{"settings":{"approvals":"never"}}""", "settings.approvals")]
    [InlineData("""{"expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"expiresAt":"tomorrow"}""", "expiresAt")]
    public async Task What_does_not_fit_is_refused_with_its_field_and_nothing_changes(string change, string field)
    {
        await using var server = new RunningServer();
        var admin = await server.KeyAsync("admin", Scopes.Admin);
        var (status, body) = await ChangeAsync(server, admin.Secret, admin.Key.Id, change);
        Assert.Equal((400, "request_invalid"), (status, body.Text("code")));
        Assert.Contains(field, $"{(body.TryGetProperty("field", out var said) ? said : default)} {body.Text("detail")}", StringComparison.Ordinal);
        Assert.Equal(("admin", "admin"), ((await server.AskAsync(admin.Secret, HttpMethod.Get, "/api/me")).Body.Text("name"), (await server.AskAsync(admin.Secret, HttpMethod.Get, "/api/me")).Body.GetProperty("scopes")[0].GetString()));
    }

    [Fact]
    public async Task A_key_that_ended_was_revoked_or_is_none_is_not_changed()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var shop = (await server.KeyAsync("shop", Scopes.Turns)).Key.Id;
        await server.AskAsync(admin, HttpMethod.Delete, "/api/keys/" + shop);
        var (status, body) = await ChangeAsync(server, admin, shop, """{"name":"again"}""");
        Assert.Equal(400, status);
        Assert.Contains("\"shop\" was revoked and stays so", body.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(404, (await ChangeAsync(server, admin, "key_none", """{"name":"again"}""")).Status);
    }

    [Fact]
    public async Task Nobody_changes_a_key_that_may_more_than_theirs_nor_makes_one_that_does()
    {
        await using var server = new RunningServer();
        await server.KeyAsync("admin", Scopes.Admin);
        var manager = await server.KeyAsync(new NewKey { Name = "manager", Scopes = [Scopes.KeysManage, Scopes.Turns], Models = ["test/*"], Limits = new() { CostPerDay = 5 }, ExpiresAt = DateTimeOffset.UtcNow.AddDays(9) });
        var (secret, own) = (manager.Secret, manager.Key.Id);
        var theirs = (await server.KeyAsync(new NewKey { Name = "small", Scopes = [Scopes.Turns], Models = ["test/model"], Limits = new() { CostPerDay = 1 }, ExpiresAt = DateTimeOffset.UtcNow.AddDays(8) })).Key.Id;
        var larger = (await server.KeyAsync(new NewKey { Name = "larger", Scopes = [Scopes.Turns, Scopes.Files], Models = ["test/model"], Limits = new() { CostPerDay = 1 } })).Key.Id;
        var foreign = (await server.KeyAsync(new NewKey { Name = "foreign", Scopes = [Scopes.Turns], Organization = "acme" })).Key.Id;
        foreach (var id in (string[])[theirs, own])
        {
            foreach (var (change, field) in ((string, string)[])
            [
                ("""{"scopes":["turns","files"]}""", "scopes"), ("""{"scopes":["admin"]}""", "scopes"), ("""{"models":null}""", "models"), ("""{"limits":null}""", "limits.costPerDay"), ("""{"limits":{"costPerDay":6}}""", "limits.costPerDay"),
                ("""{"settings":{"approvals":"allow"}}""", "settings.approvals"), ("""{"expiresAt":null}""", "expiresAt"), ($$"""{"expiresAt":"{{DateTimeOffset.UtcNow.AddDays(10):O}}"}""", "expiresAt"),
            ])
            {
                var (status, body) = await ChangeAsync(server, secret, id, change);
                Assert.True(status == 403 && body.Text("field") == field, $"{id} {change}: {status} {body}");
            }
        }
        Assert.Equal(403, (await ChangeAsync(server, secret, larger, """{"scopes":["turns"]}""")).Status);
        Assert.Equal(404, (await ChangeAsync(server, secret, foreign, """{"name":"x"}""")).Status);
        Assert.Equal(200, (await ChangeAsync(server, secret, theirs, """{"name":"medium","limits":{"costPerDay":5}}""")).Status);
        var turns = (await server.KeyAsync("turns", Scopes.Turns)).Secret;
        Assert.Equal(403, (await ChangeAsync(server, turns, theirs, """{"name":"x"}""")).Status);
        var kept = (await server.Get<IKeyStore>().AllAsync(TestContext.Current.CancellationToken)).Select(one => one.Key).Single(key => key.Id == own);
        Assert.Equal((5, "test/*"), (kept.Limits.CostPerDay, kept.Models![0]));
    }

    [Fact]
    public async Task A_scope_that_is_taken_away_is_gone_on_every_node()
    {
        var database = ("ConnectionStrings:Turnpike", PostgresCluster.Current.NewDatabase());
        await using var one = new RunningServer(null, database);
        await using var two = new RunningServer(null, database);
        var admin = (await one.KeyAsync("admin", Scopes.Admin)).Secret;
        var shop = await one.KeyAsync("shop", Scopes.Turns, Scopes.Files);
        Assert.Equal((200, 200), ((await one.AskAsync(shop.Secret, HttpMethod.Get, "/api/files")).Status, (await two.AskAsync(shop.Secret, HttpMethod.Get, "/api/files")).Status));
        Assert.Equal(200, (await ChangeAsync(one, admin, shop.Key.Id, """{"scopes":["turns"]}""")).Status);
        Assert.Equal(403, (await one.AskAsync(shop.Secret, HttpMethod.Get, "/api/files")).Status);
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        while ((await two.AskAsync(shop.Secret, HttpMethod.Get, "/api/files")).Status != 403) Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal(200, await TurnAsync(two, shop.Secret));
    }
}
