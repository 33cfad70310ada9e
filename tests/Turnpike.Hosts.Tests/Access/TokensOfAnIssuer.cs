using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>Tokens of an OpenID Connect issuer open what keys open, and only good ones.</summary>
public sealed class TokensOfAnIssuer
{
    /// <summary>The last second there is, as issuers write that a token does not end.</summary>
    private const long LastSecond = 253_402_300_799;

    [Fact]
    public async Task A_token_says_who_comes_of_which_organization_with_which_scopes()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer, ("Turnpike:Oidc:OrganizationClaim", "org"), ("Turnpike:Oidc:ScopeNames:writers", "prompts:write usage"));
        var token = issuer.Token(("org", "acme"), ("scope", "openid writers turns"));
        var (status, me) = await server.AskAsync(token, HttpMethod.Get, "/api/me");
        Assert.Equal((200, "ann", "acme"), (status, me.GetProperty("user").GetString(), me.GetProperty("organization").GetString()));
        Assert.Equal(["prompts:write", "usage", "turns"], me.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal(200, (await server.AskAsync(token, HttpMethod.Post, "/api/turns", new { content = "x" })).Status);
        Assert.Equal(403, (await server.AskAsync(token, HttpMethod.Get, "/api/keys")).Status);
        Assert.Equal(404, (await server.AskAsync(issuer.Token(("org", "other"), ("scope", "prompts:read")), HttpMethod.Get, "/api/prompts/acme-only")).Status);
        Assert.Equal(1, issuer.Asked);
    }

    [Fact]
    public async Task With_an_issuer_nobody_comes_without_a_token_or_a_key()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer);
        Assert.Equal(401, (await server.AskAsync(null, HttpMethod.Get, "/api/prompts")).Status);
        var key = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        Assert.Equal(200, (await server.AskAsync(key, HttpMethod.Get, "/api/prompts")).Status);
        Assert.Equal(200, (await server.AskAsync(issuer.Token(("scope", new[] { "prompts:read" })), HttpMethod.Get, "/api/prompts")).Status);
    }

    [Fact]
    public async Task An_element_of_a_list_is_one_value_and_only_a_text_has_spaces_between()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer, ("Turnpike:Oidc:ScopesClaim", "groups"), ("Turnpike:Oidc:ScopeNames:Team Leads", "prompts:read usage"));
        Assert.Empty(await ScopesAsync(new[] { "Helpdesk admin", "no admin", " admin" }));
        Assert.Equal(["turns", "prompts:read", "usage"], await ScopesAsync(new[] { "Helpdesk admin", "turns", "Team Leads" }));
        Assert.Equal(["admin", "turns"], await ScopesAsync("helpdesk  admin turns"));
        Assert.Empty(await ScopesAsync("Team Leads"));
        Assert.Equal(403, (await server.AskAsync(issuer.Token(("groups", new[] { "Helpdesk admin" })), HttpMethod.Get, "/api/keys")).Status);

        async Task<IEnumerable<string?>> ScopesAsync(object groups) => (await server.AskAsync(issuer.Token(("groups", groups)), HttpMethod.Get, "/api/me")).Body.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString());
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_token_it_is_refused()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var stranger = await TestIssuer.StartAsync();
        await using var server = Server(issuer, ("Turnpike:Oidc:Scopes:0", "admin"));
        var now = TimeProvider.System.GetUtcNow();
        var good = issuer.Token();
        Assert.Equal(200, (await server.AskAsync(good, HttpMethod.Get, "/api/prompts")).Status);
        Assert.Equal(200, (await server.AskAsync(issuer.Token(("exp", LastSecond)), HttpMethod.Get, "/api/prompts")).Status);
        (string Token, string Says)[] bad =
        [
            (stranger.Token(("iss", issuer.Address), ("exp", LastSecond)), "signature"),
            (issuer.Token(("nbf", LastSecond)), "before"),
            (issuer.Token(("iss", "https://evil.example")), "another issuer"),
            (stranger.Token(), "another issuer"),
            (stranger.Token(("iss", issuer.Address)), "signature"),
            (issuer.Token(("aud", "another-program")), "audience"),
            (issuer.Token(("aud", new[] { "a", "b" })), "audience"),
            (issuer.Token(("exp", now.AddMinutes(-2).ToUnixTimeSeconds())), "ended"),
            (issuer.Token(("exp", null)), "when it ends"),
            (issuer.Token(("exp", "soon")), "when it ends"),
            (issuer.Token(("nbf", now.AddMinutes(2).ToUnixTimeSeconds())), "before"),
            (issuer.Token(("sub", null)), "\"sub\""),
            (issuer.Token(("sub", "a\nb")), "\"sub\""),
            (issuer.Token("none", _ => []), "signature"),
            (issuer.Token("HS256", data => HMACSHA256.HashData(issuer.PublicKey, data)), "signature"),
            (issuer.Token("RS512", data => data), "signature"),
            (good[..^8] + "AAAAAAAA", "signature"),
            ("a.b.c", "cannot be read"),
            ("e30.eyJpc3MiOiJcdWQ4MDAifQ.AA", "cannot be read"), // {"iss":"\ud800"}
            ("e30." + System.Buffers.Text.Base64Url.EncodeToString([.. "{\"iss\":\""u8, 0xff, .. "\"}"u8]) + ".AA", "cannot be read"),
            ("..", "cannot be read"),
        ];
        foreach (var (token, says) in bad)
        {
            var (status, body) = await server.AskAsync(token, HttpMethod.Get, "/api/prompts");
            Assert.Equal(401, status);
            var detail = body.GetProperty("detail").GetString()!;
            Assert.Contains(says, detail, StringComparison.Ordinal);
            if (token.Length > 10) Assert.DoesNotContain(token, detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Keys_of_the_issuer_that_are_not_known_yet_are_fetched_but_not_again_and_again()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer, ("Turnpike:Oidc:Scopes:0", "prompts:read"));
        Assert.Equal(200, (await server.AskAsync(issuer.Token(), HttpMethod.Get, "/api/prompts")).Status);
        issuer.Rotate();
        for (var i = 0; i < 3; i++) Assert.Equal(401, (await server.AskAsync(issuer.Token(), HttpMethod.Get, "/api/prompts")).Status);
        Assert.Equal(1, issuer.Asked);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_of_the_issuer_that_was_replaced_is_fetched_whether_or_not_it_has_a_name(bool namesNoKeys)
    {
        var clock = new ManualClock();
        await using var issuer = await TestIssuer.StartAsync(namesNoKeys);
        await using var server = Server(issuer, clock, ("Turnpike:Oidc:Scopes:0", "prompts:read"));
        Assert.Equal(200, await StatusAsync(server, issuer, clock));
        var before = issuer.Token(("exp", Later(clock)));
        issuer.Rotate();
        for (var i = 0; i < 3; i++) Assert.Equal(401, await StatusAsync(server, issuer, clock));
        Assert.Equal(1, issuer.Asked);
        clock.Advance(TimeSpan.FromSeconds(11));
        for (var i = 0; i < 3; i++) Assert.Equal(200, await StatusAsync(server, issuer, clock));
        for (var i = 0; i < 3; i++) Assert.Equal(401, (await server.AskAsync(before, HttpMethod.Get, "/api/prompts")).Status);
        Assert.Equal(2, issuer.Asked);
    }

    [Fact]
    public async Task An_issuer_that_fails_is_asked_once_in_ten_seconds_and_keys_that_are_known_count_for_their_hour()
    {
        var clock = new ManualClock();
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer, clock, ("Turnpike:Oidc:Scopes:0", "prompts:read"));
        issuer.IsBroken = true;
        for (var i = 0; i < 3; i++) Assert.Equal(503, await StatusAsync(server, issuer, clock));
        Assert.Equal(1, issuer.Asked);
        clock.Advance(TimeSpan.FromSeconds(11));
        issuer.IsBroken = false;
        Assert.Equal(200, await StatusAsync(server, issuer, clock));
        Assert.Equal(2, issuer.Asked);
        issuer.IsBroken = true;
        clock.Advance(TimeSpan.FromMinutes(59));
        for (var i = 0; i < 3; i++) Assert.Equal(503, (await server.AskAsync(issuer.Token("RS256", _ => [1, 2, 3], ("exp", Later(clock))), HttpMethod.Get, "/api/prompts")).Status);
        Assert.Equal(3, issuer.Asked);
        Assert.Equal(200, await StatusAsync(server, issuer, clock));
        clock.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 3; i++) Assert.Equal(503, await StatusAsync(server, issuer, clock));
        Assert.Equal(4, issuer.Asked);
    }

    [Fact]
    public async Task Scopes_with_colons_stand_for_others_and_an_empty_claim_of_the_organization_is_none()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer, ("Turnpike:Oidc:OrganizationClaim", ""), ("Turnpike:Oidc:ScopeNames:turnpike:write", "prompts:write"), ("Turnpike:Oidc:ScopeNames:turnpike:write:all", "usage"));
        var (status, me) = await server.AskAsync(issuer.Token(("scope", "turnpike:write turnpike:write:all turnpike:read")), HttpMethod.Get, "/api/me");
        Assert.Equal((200, "default"), (status, me.GetProperty("organization").GetString()));
        Assert.Equal(["prompts:write", "usage"], me.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
    }

    [Fact]
    public async Task Usage_names_the_users_of_tokens()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer, ("Turnpike:Oidc:Scopes:0", "turns"), ("Turnpike:Oidc:Scopes:1", "usage"));
        var key = (await server.KeyAsync("shop", Scopes.Turns)).Secret;
        foreach (var secret in (string[])[issuer.Token(), issuer.Token(("exp", TimeProvider.System.GetUtcNow().AddMinutes(9).ToUnixTimeSeconds())), issuer.Token(("sub", "bob")), key])
            Assert.Equal(200, (await server.AskAsync(secret, HttpMethod.Post, "/api/turns", new { content = "x" })).Status);
        var rows = (await server.AskAsync(issuer.Token(), HttpMethod.Get, "/api/usage?by=key")).Body.GetProperty("data").EnumerateArray();
        Assert.Equal([("ann", 2), ("bob", 1), ("shop", 1)], rows.Select(row => (row.GetProperty("keyName").GetString()!, row.GetProperty("turns").GetInt32())).Order());
    }

    [Fact]
    public async Task Each_user_has_limits_of_their_own()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer, ("Turnpike:Oidc:Scopes:0", "turns"), ("Turnpike:Oidc:Limits:RequestsPerDay", "1"));
        Assert.Equal(200, (await server.AskAsync(issuer.Token(), HttpMethod.Post, "/api/turns", new { content = "1" })).Status);
        Assert.Equal(429, (await server.AskAsync(issuer.Token(), HttpMethod.Post, "/api/turns", new { content = "2" })).Status);
        Assert.Equal(200, (await server.AskAsync(issuer.Token(("sub", "bob")), HttpMethod.Post, "/api/turns", new { content = "3" })).Status);
        Assert.Equal(2, server.Model.Requests.Count);
    }

    [Fact]
    public async Task Who_manages_keys_by_a_token_makes_keys_that_outlast_it_but_have_no_more()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var server = Server(issuer, ("Turnpike:Oidc:Limits:CostPerDay", "2"));
        var token = issuer.Token(("scope", "keys:manage turns"));
        var (status, body) = await server.AskAsync(token, HttpMethod.Post, "/api/keys", new { name = "x", scopes = new[] { "turns" } });
        Assert.Equal((403, "limits.costPerDay"), (status, body.GetProperty("field").GetString()));
        Assert.Equal(403, (await server.AskAsync(token, HttpMethod.Post, "/api/keys", new { name = "x", user = "somebody-else", limits = new { costPerDay = 2 } })).Status);
        Assert.Equal(201, (await server.AskAsync(token, HttpMethod.Post, "/api/keys", new { name = "x", limits = new { costPerDay = 2 } })).Status);
    }

    [Fact]
    public async Task An_issuer_that_cannot_be_asked_lets_nobody_in_and_the_log_says_why()
    {
        using var log = new KeptLog();
        string address;
        string token;
        await using (var issuer = await TestIssuer.StartAsync()) (address, token) = (issuer.Address, issuer.Token());
        await using var server = new RunningServer(services => services.AddSingleton<ILoggerProvider>(log), ("Turnpike:Oidc:Issuer", address), ("Turnpike:Oidc:Audience", "turnpike"), ("Turnpike:Oidc:Scopes:0", "admin"));
        var (status, refused) = await server.AskAsync(token, HttpMethod.Get, "/api/prompts");
        Assert.Equal((503, $"The keys of the issuer \"{address}\" cannot be read, so its tokens cannot be checked."), (status, refused.GetProperty("detail").GetString()));
        Assert.Contains(log.Lines, line => line.Contains($"GET /api/prompts was refused: The keys of the issuer \"{address}\" cannot be read: Connection refused", StringComparison.Ordinal));
    }

    private static long Later(ManualClock clock) => clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();

    private static async Task<int> StatusAsync(RunningServer server, TestIssuer issuer, ManualClock clock) => (await server.AskAsync(issuer.Token(("exp", Later(clock))), HttpMethod.Get, "/api/prompts")).Status;

    private static RunningServer Server(TestIssuer issuer, ManualClock clock, params (string, string)[] settings) =>
        new(services => services.AddSingleton<TimeProvider>(clock), [("Turnpike:Oidc:Issuer", issuer.Address), ("Turnpike:Oidc:Audience", "turnpike"), .. settings]);

    private static RunningServer Server(TestIssuer issuer, params (string, string)[] settings) => new(null, [("Turnpike:Oidc:Issuer", issuer.Address), ("Turnpike:Oidc:Audience", "turnpike"), .. settings]);
}
