using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;
using Turnpike.Turns.Calls;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Keys are made, used, rotated and revoked over HTTP.</summary>
public sealed class KeysOverHttp
{
    [Fact]
    public async Task Before_any_key_is_made_this_machine_may_do_everything()
    {
        await using var server = new RunningServer();
        Assert.Equal(200, (await server.AskAsync(null, HttpMethod.Get, "/api/keys")).Status);
        Assert.Equal(200, (await server.AskAsync("whatever-an-sdk-sends", HttpMethod.Get, "/api/prompts")).Status);
    }

    [Fact]
    public async Task The_first_key_closes_the_door_behind_it()
    {
        await using var server = new RunningServer();
        var (status, made) = await server.AskAsync(null, HttpMethod.Post, "/api/keys", new { name = "admin", scopes = new[] { "admin" } });
        Assert.Equal(201, status);
        var secret = made.GetProperty("key").GetString()!;
        Assert.StartsWith("tp_", secret, StringComparison.Ordinal);
        Assert.StartsWith(made.GetProperty("prefix").GetString()!, secret, StringComparison.Ordinal);

        using var refused = await server.WithAsync(null, HttpMethod.Get, "/api/prompts");
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.Single().Scheme);
        Assert.Equal("unauthorized", (await server.JsonAsync(refused)).GetProperty("code").GetString());
        Assert.Equal(200, (await server.AskAsync(secret, HttpMethod.Get, "/api/prompts")).Status);
    }

    [Fact]
    public async Task A_secret_is_told_once_and_never_kept()
    {
        await using var server = new RunningServer();
        var issued = await server.KeyAsync("admin", Scopes.Admin);
        foreach (var path in (string[])["/api/keys", "/api/keys/" + issued.Key.Id, "/api/me"])
        {
            using var response = await server.WithAsync(issued.Secret, HttpMethod.Get, path);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains(issued.Key.Prefix, text, StringComparison.Ordinal);
            Assert.DoesNotContain(issued.Secret, text, StringComparison.Ordinal);
        }
        var kept = Assert.Single(await server.Get<IKeyStore>().AllAsync(TestContext.Current.CancellationToken));
        Assert.Equal(KeySecret.HashOf(issued.Secret), kept.Hash);
    }

    [Fact]
    public async Task A_key_is_shown_as_a_bearer_in_x_api_key_or_as_a_password()
    {
        await using var server = new RunningServer();
        var secret = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("pk-lf-anything:" + secret));
        Assert.Equal(200, await StatusAsync(server, ("Authorization", "bearer " + secret)));
        Assert.Equal(200, await StatusAsync(server, ("x-api-key", secret)));
        Assert.Equal(200, await StatusAsync(server, ("Authorization", "Basic " + basic)));
        Assert.Equal(200, await StatusAsync(server, ("Authorization", "Bearer " + secret), ("x-api-key", secret)));
    }

    [Theory]
    [InlineData("Authorization", "Bearer tp_wrong")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "Basic !!!")]
    [InlineData("Authorization", "Digest x")]
    [InlineData("Authorization", "tp_wrong")]
    [InlineData("x-api-key", "tp_wrong")]
    public async Task What_is_no_key_is_refused_in_words(string header, string value)
    {
        await using var server = new RunningServer();
        await server.KeyAsync("admin", Scopes.Admin);
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Get, "/api/prompts", null, (header, value)));
        Assert.Equal((401, "unauthorized"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Two_different_keys_in_one_request_are_refused()
    {
        await using var server = new RunningServer();
        var secret = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        Assert.Equal(401, await StatusAsync(server, ("Authorization", "Bearer " + secret), ("x-api-key", "tp_other")));
    }

    [Fact]
    public async Task A_key_without_the_scope_is_told_which_one_it_lacks()
    {
        await using var server = new RunningServer();
        var secret = (await server.KeyAsync("reader", Scopes.PromptsRead)).Secret;
        var (status, body) = await server.AskAsync(secret, HttpMethod.Post, "/api/prompts", new { key = "x", messages = Array.Empty<object>() });
        Assert.Equal((403, "forbidden"), (status, body.GetProperty("code").GetString()));
        Assert.Contains("\"prompts:write\"", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await server.AskAsync(secret, HttpMethod.Get, "/api/prompts")).Status);
    }

    [Fact]
    public async Task A_key_that_reads_prompts_exports_them()
    {
        await using var server = new RunningServer();
        await server.CurlAsync("/api/prompts", """{"key":"guide","messages":[{"role":"user","content":"Hi."}]}""");
        var secret = (await server.KeyAsync("reader", Scopes.PromptsRead)).Secret;
        var (status, bundle) = await server.AskAsync(secret, HttpMethod.Post, "/api/prompts/export", new { keys = new[] { "guide" } });
        Assert.Equal((200, "guide"), (status, bundle.GetProperty("prompts")[0].GetProperty("key").GetString()));
        Assert.Equal(403, (await server.AskAsync(secret, HttpMethod.Post, "/api/prompts/import", new { })).Status);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_from_then_on_and_stays_listed()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var shop = await server.KeyAsync("shop", Scopes.Turns);
        using (var response = await server.WithAsync(admin, HttpMethod.Delete, "/api/keys/" + shop.Key.Id)) Assert.Equal(204, (int)response.StatusCode);
        var (status, body) = await server.AskAsync(shop.Secret, HttpMethod.Get, "/api/models");
        Assert.Equal(401, status);
        Assert.Contains("\"shop\" was revoked", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var listed = (await server.AskAsync(admin, HttpMethod.Get, "/api/keys")).Body.GetProperty("data").EnumerateArray().Single(key => key.GetProperty("name").GetString() == "shop");
        Assert.True(listed.TryGetProperty("revokedAt", out _));
        Assert.Equal(400, (await server.AskAsync(admin, HttpMethod.Post, $"/api/keys/{shop.Key.Id}/rotate")).Status);
    }

    [Fact]
    public async Task A_rotated_key_has_a_new_secret_and_the_old_one_counts_as_long_as_was_said()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var shop = await server.KeyAsync("shop", Scopes.Turns);
        var kept = (await server.AskAsync(admin, HttpMethod.Post, $"/api/keys/{shop.Key.Id}/rotate?grace=600")).Body.GetProperty("key").GetString();
        Assert.Equal(200, (await server.AskAsync(shop.Secret, HttpMethod.Get, "/api/models")).Status);
        Assert.Equal(200, (await server.AskAsync(kept, HttpMethod.Get, "/api/models")).Status);
        var newest = (await server.AskAsync(admin, HttpMethod.Post, $"/api/keys/{shop.Key.Id}/rotate")).Body.GetProperty("key").GetString();
        Assert.Equal(401, (await server.AskAsync(kept, HttpMethod.Get, "/api/models")).Status);
        Assert.Equal(200, (await server.AskAsync(newest, HttpMethod.Get, "/api/models")).Status);
    }

    [Fact]
    public async Task A_key_that_has_ended_is_not_rotated()
    {
        var clock = new ManualClock();
        await using var server = new RunningServer(services => services.AddSingleton<TimeProvider>(clock));
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var shop = await server.KeyAsync(new NewKey { Name = "shop", Scopes = [Scopes.Turns], ExpiresAt = clock.GetUtcNow().AddHours(1) });
        Assert.Equal(200, (await server.AskAsync(admin, HttpMethod.Post, $"/api/keys/{shop.Key.Id}/rotate")).Status);
        clock.Advance(TimeSpan.FromHours(2));
        var (status, body) = await server.AskAsync(admin, HttpMethod.Post, $"/api/keys/{shop.Key.Id}/rotate");
        Assert.Equal((400, "request_invalid"), (status, body.GetProperty("code").GetString()));
        Assert.Contains("\"shop\" ended on", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("Create a new one", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_that_is_none_is_told_what_one_looks_like()
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/keys", """{"name":"x","expiresAt":"tomorrow"}"""));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
        Assert.Contains("\"expiresAt\" must be a time such as 2027-01-01T00:00:00Z.", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_hands_out_more_than_they_have()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin));
        var manager = (await server.KeyAsync(new NewKey { Name = "manager", Scopes = [Scopes.KeysManage, Scopes.Turns], Organization = "acme" })).Secret;
        Assert.Equal(403, (await server.AskAsync(manager, HttpMethod.Post, "/api/keys", new { name = "x", scopes = new[] { "admin" } })).Status);
        Assert.Equal(403, (await server.AskAsync(manager, HttpMethod.Post, "/api/keys", new { name = "x", organization = "other" })).Status);
        var (status, made) = await server.AskAsync(manager, HttpMethod.Post, "/api/keys", new { name = "x", scopes = new[] { "turns" } });
        Assert.Equal((201, "acme"), (status, made.GetProperty("organization").GetString()));
        Assert.Equal(404, (await server.AskAsync(manager, HttpMethod.Get, "/api/keys/" + admin.Key.Id)).Status);
        Assert.Equal(404, (await server.AskAsync(manager, HttpMethod.Delete, "/api/keys/" + admin.Key.Id)).Status);
        Assert.Equal(2, (await server.AskAsync(manager, HttpMethod.Get, "/api/keys")).Body.GetProperty("data").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"scopes":["turns"]}""", "name")]
    [InlineData("""{"name":"a\nb"}""", "name")]
    [InlineData("""{"name":"x","scopes":["turn"]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":[null]}""", "scopes[0]")]
    [InlineData("""{"name":"x","expiresAt":"2001-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"x","organization":""}""", "organization")]
    [InlineData("""{"name":"x","user":" a"}""", "user")]
    [InlineData("""{"name":"x","limits":{"costPerDay":-1}}""", "limits.costPerDay")]
    [InlineData("""{"name":"x","limits":{"concurrency":-1}}""", "limits.concurrency")]
    [InlineData("""{"name":"x","settings":{"triggers":"maybe"}}""", "settings.triggers")]
    [InlineData("""{"name":"x","settings":{"approvals":"never"}}""", "settings.approvals")]
    [InlineData("""{"name":"x","models":[""]}""", "models")]
    [InlineData("""{"name":"x","unknown":1}""", null)]
    [InlineData("""{"name":"x","name":"y"}""", null)]
    public async Task What_does_not_fit_a_key_is_named(string body, string? field)
    {
        await using var server = new RunningServer();
        var refused = await server.RefusedAsync(server.SendAsync(HttpMethod.Post, "/api/keys", body));
        Assert.Equal((400, "request_invalid"), (refused.Status, refused.Code));
        if (field is not null) Assert.Equal(field, refused.Body.GetProperty("field").GetString());
    }

    [Fact]
    public async Task The_settings_of_a_key_are_kept_with_their_defaults()
    {
        await using var server = new RunningServer();
        var made = (await server.AskAsync(null, HttpMethod.Post, "/api/keys", new { name = "x", scopes = new[] { "admin" }, settings = new { triggers = "off", compose = "full", storeChat = true, reasoningContent = false, listPrompts = false, approvals = "allow", toolApproval = new Dictionary<string, string> { ["booking.*"] = "deny" } } })).Body;
        var kept = (await server.Get<KeyRing>().FindAsync(made.GetProperty("key").GetString()!, TestContext.Current.CancellationToken))!.Settings;
        Assert.Equal(new KeySettings { Triggers = "off", Compose = "full", StoreChat = true, ReasoningContent = false, ListPrompts = false, Approvals = "allow", ToolApproval = kept.ToolApproval }, kept);
        Assert.Equal([new("booking.*", ToolDecision.Deny)], kept.ToolApproval);
        var plain = (await server.KeyAsync("plain")).Key.Settings;
        Assert.Equal((null, null, false, true, true, "ask"), (plain.Triggers, plain.Compose, plain.StoreChat, plain.ReasoningContent, plain.ListPrompts, plain.Approvals));
    }

    [Theory]
    [InlineData("{}", "{\"listPrompts\":false}", true, false)]
    [InlineData("""{"storeChat":true}""", """{"reasoningContent":null}""", true, true)]
    [InlineData("""{"reasoningContent":false}""", """{"reasoningContent":null}""", false, true)]
    public async Task A_setting_that_is_left_out_has_its_default_and_null_brings_it_back(string made, string change, bool shows, bool lists)
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        using var response = await server.WithAsync(admin, HttpMethod.Post, "/api/keys", $$"""{"name":"x","scopes":["turns"],"settings":{{made}}}""");
        var key = await server.JsonAsync(response);
        Assert.Equal((shows, true), Of(key));
        using var changed = await server.WithAsync(admin, HttpMethod.Patch, $"/api/keys/{key.GetProperty("id").GetString()}", $$"""{"settings":{{change}}}""");
        Assert.Equal((true, lists), Of(await server.JsonAsync(changed)));

        static (bool, bool) Of(System.Text.Json.JsonElement key) => (key.GetProperty("settings").GetProperty("reasoningContent").GetBoolean(), key.GetProperty("settings").GetProperty("listPrompts").GetBoolean());
    }

    private static async Task<int> StatusAsync(RunningServer server, params (string, string)[] headers)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/api/prompts", null, headers);
        return (int)response.StatusCode;
    }
}
