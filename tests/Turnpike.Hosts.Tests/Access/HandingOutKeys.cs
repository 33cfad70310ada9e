using System.Text.Json.Nodes;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Whoever may manage keys, without being an admin, has to do with keys that may do no more than theirs.</summary>
public sealed class HandingOutKeys
{
    private static readonly NewKey Manager = new()
    {
        Name = "manager",
        Scopes = [Scopes.KeysManage, Scopes.Turns, Scopes.Conversations],
        User = "ann",
        Prompts = ["shop/*", "faq"],
        Models = ["test/m?"],
        Tools = ["read_*"],
        Limits = new() { CostPerDay = 5, Concurrency = 2 },
        Settings = new() { Triggers = "off", ToolApproval = new Dictionary<string, ToolDecision> { ["rm"] = ToolDecision.Deny, ["*"] = ToolDecision.Ask } },
        ExpiresAt = DateTimeOffset.UtcNow.AddDays(30),
    };

    private static readonly string Fitting = $$$"""
        {"name":"x","scopes":["turns"],"user":"ann","prompts":["shop/a?","shop/b*c","faq"],"models":["test/m1"],"tools":["read_*"],"limits":{"costPerDay":5,"concurrency":1,"tokensPerDay":9},
         "settings":{"triggers":"off","toolApproval":{"rm":"deny","*":"deny","sudo":"deny"}},"expiresAt":"{{{DateTimeOffset.UtcNow.AddDays(29):O}}}"}
        """;

    /// <summary>What is more, by the member in which it is said.</summary>
    private static readonly (string Member, string? Value, string Field)[] More =
    [
        ("scopes", """["turns","files"]""", "scopes"), ("user", "\"bob\"", "user"),
        ("prompts", null, "prompts"), ("prompts", """["*"]""", "prompts"), ("prompts", """["shop/a","fa*"]""", "prompts"), ("prompts", """["sho?/a"]""", "prompts"),
        ("models", null, "models"), ("models", """["test/*"]""", "models"), ("models", """["test/m11"]""", "models"), ("tools", """["Read_it"]""", "tools"),
        ("limits", null, "limits.costPerDay"), ("limits", """{"costPerDay":5.01,"concurrency":1}""", "limits.costPerDay"), ("limits", """{"costPerDay":1}""", "limits.concurrency"),
        ("settings", """{"triggers":"off"}""", "settings.toolApproval"), ("settings", """{"triggers":"off","toolApproval":{"rm":"ask","*":"ask"}}""", "settings.toolApproval"), ("settings", """{"triggers":"off","toolApproval":{"rm":"deny","*":"ask","sudo":"allow"}}""", "settings.toolApproval"),
        ("settings", null, "settings.triggers"), ("settings", """{"triggers":"on","toolApproval":{"rm":"deny","*":"deny"}}""", "settings.triggers"), ("settings", """{"triggers":"off","approvals":"allow","toolApproval":{"rm":"deny","*":"deny"}}""", "settings.approvals"),
        ("expiresAt", null, "expiresAt"), ("expiresAt", $"\"{DateTimeOffset.UtcNow.AddDays(31):O}\"", "expiresAt"),
    ];

    [Fact]
    public async Task A_key_that_somebody_makes_may_no_more_than_theirs_in_any_member()
    {
        await using var server = new RunningServer();
        var manager = (await server.KeyAsync(Manager)).Secret;
        foreach (var (member, value, field) in More)
        {
            var body = (JsonObject)JsonNode.Parse(Fitting)!;
            if (value is null) body.Remove(member);
            else body[member] = JsonNode.Parse(value);
            using var response = await server.WithAsync(manager, HttpMethod.Post, "/api/keys", body.ToJsonString());
            var said = await server.JsonAsync(response);
            Assert.True((int)response.StatusCode == 403 && said.GetProperty("field").GetString() == field, $"{member}: {value}: {(int)response.StatusCode} {said}");
        }
        using var nobody = await server.WithAsync(manager, HttpMethod.Post, "/api/keys", Fitting.Replace("\"user\":\"ann\",", "", StringComparison.Ordinal));
        Assert.Equal(201, (int)nobody.StatusCode);
        using var made = await server.WithAsync(manager, HttpMethod.Post, "/api/keys", Fitting);
        Assert.Equal(201, (int)made.StatusCode);
        var id = (await server.JsonAsync(made)).GetProperty("id").GetString();
        Assert.Equal(200, (await server.AskAsync(manager, HttpMethod.Post, $"/api/keys/{id}/rotate")).Status);
        using var revoked = await server.WithAsync(manager, HttpMethod.Delete, $"/api/keys/{id}");
        Assert.Equal(204, (int)revoked.StatusCode);
        Assert.Equal(3, (await server.Get<IKeyStore>().AllAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Theory]
    [InlineData("""{"*":"allow"}""", 403)]
    [InlineData("""{"calculate":"ask","now":"allow"}""", 403)]
    [InlineData("""{"calculate":"ask","now":"deny"}""", 201)]
    public async Task Who_decides_on_no_calls_hands_out_no_key_that_allows_some(string decisions, int status)
    {
        await using var server = new RunningServer(null, ("Turnpike:ToolCalls:Approval:*", "ask"));
        var made = await server.KeyAsync("manager", Scopes.KeysManage, Scopes.Turns);
        using var response = await server.WithAsync(made.Secret, HttpMethod.Post, "/api/keys", $$$"""{"name":"x","scopes":["turns"],"settings":{"toolApproval":{{{decisions}}}}}""");
        var said = await server.JsonAsync(response);
        Assert.Equal((status, status == 403 ? "settings.toolApproval" : null), ((int)response.StatusCode, said.TryGetProperty("field", out var field) ? field.GetString() : null));
        using var changed = await server.WithAsync(made.Secret, HttpMethod.Patch, $"/api/keys/{made.Key.Id}", $$$"""{"settings":{"toolApproval":{{{decisions}}}}}""");
        Assert.Equal(status == 403 ? 403 : 200, (int)changed.StatusCode);
    }

    [Fact]
    public async Task A_key_that_may_more_is_not_theirs_to_rotate_or_revoke_and_one_that_only_lasts_longer_is_revoked()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var manager = (await server.KeyAsync(Manager)).Secret;
        foreach (var more in (NewKey[])[Manager with { User = "bob" }, Manager with { Models = null }, Manager with { Limits = null }, Manager with { Scopes = [Scopes.Turns, Scopes.Usage] }])
        {
            var other = (await server.KeyAsync(more)).Key.Id;
            Assert.Equal(403, (await server.AskAsync(manager, HttpMethod.Post, $"/api/keys/{other}/rotate")).Status);
            Assert.Equal(403, (await server.AskAsync(manager, HttpMethod.Delete, $"/api/keys/{other}")).Status);
            Assert.Equal(200, (await server.AskAsync(admin, HttpMethod.Post, $"/api/keys/{other}/rotate")).Status);
        }
        var lasting = (await server.KeyAsync(Manager with { ExpiresAt = null })).Key.Id;
        Assert.Equal(403, (await server.AskAsync(manager, HttpMethod.Post, $"/api/keys/{lasting}/rotate")).Status);
        Assert.Equal(204, (await server.AskAsync(manager, HttpMethod.Delete, $"/api/keys/{lasting}")).Status);
    }

    [Fact]
    public async Task A_key_without_the_scope_of_turns_does_not_make_one_by_saying_nothing()
    {
        await using var server = new RunningServer();
        var manager = (await server.KeyAsync("manager", Scopes.KeysManage)).Secret;
        var (status, body) = await server.AskAsync(manager, HttpMethod.Post, "/api/keys", new { name = "x" });
        Assert.Equal((403, "scopes"), (status, body.GetProperty("field").GetString()));
    }
}
