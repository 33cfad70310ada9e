using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Tests.Scripted;
using Turnpike.Turns.Access;
using Turnpike.Turns.Web;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>
/// Whatever makes the server ask another one for somebody, it does not ask this machine or a private network: however the address is written, wherever a redirect
/// leads, whatever a name turns out to mean. What an operator chose by such words is asked.
/// </summary>
public sealed class OutboundDoors
{
    /// <summary>Doors that a URL of a stranger comes to.</summary>
    private static readonly (string Name, Func<RunningServer, string, string, Task<string>> Ask)[] Strangers =
    [
        ("a page that is attached to a turn", (server, key, url) => AskAsync(server, key, "/api/turns", new { content = "Read", resources = new[] { new { kind = "webpage", url } } })),
        ("a file that is attached to a turn", (server, key, url) => AskAsync(server, key, "/api/turns", new { content = "Read", resources = new[] { new { kind = "file", url } } })),
        ("a page that is attached to a conversation", async (server, key, url) =>
        {
            var conversation = (await server.AskAsync(key, HttpMethod.Post, "/api/conversations", new { })).Body.GetProperty("id").GetString();
            return await AskAsync(server, key, $"/api/conversations/{conversation}/resources", new { kind = "webpage", url });
        }),
        ("the tool fetch_url", (server, key, url) => AskAsync(server, key, "/api/tools/fetch_url/call", new { arguments = new { url } })),
        ("the media of a template", (server, key, url) => AskAsync(server, key, "/api/turns", new { content = "Read", prompt = new { messages = new[] { new { role = "user", content = "{{media url=page}}" } }, variables = new[] { new { name = "page", type = "file" } } }, variables = new { page = url } })),
        ("a tool server", async (server, key, url) =>
        {
            var name = "s" + Guid.NewGuid().ToString("N");
            using var added = await server.WithAsync(key, HttpMethod.Post, "/api/tools/servers", System.Text.Json.JsonSerializer.Serialize(new { name, url }), ("X-Forwarded-For", "203.0.113.9"));
            return added.IsSuccessStatusCode ? await AskAsync(server, key, $"/api/tools/servers/{name}/test", null) : await added.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }),
    ];

    /// <summary>This machine, private networks and names that lead there, in whatever words.</summary>
    private static readonly string[] Hosts =
    [
        "127.0.0.1", "2130706433", "017700000001", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "127.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[64:ff9b:1:ffff::10.0.0.1]", "[::ffff:0:127.0.0.1]", "[3fff::1]", "[5f00::1]", "[2002:7f00:1::]", "[::127.0.0.1]", "0.0.0.0",
        "localhost", "LOCALHOST.", "a.localhost", "ⓛocalhost", "127。0。0。1", "metadata.internal", "rebound.example", "rebound", "169.254.169.254", "[fd00:ec2::254]", "10.0.0.1", "user:word@example.org",
    ];

    /// <summary>What names of an operator may be bent to: addresses of this machine, of private networks and of clouds' metadata.</summary>
    private static readonly string[] BentTo = ["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00:ec2::254", "fe80::1", "255.255.255.255", "224.0.0.1"];

    /// <summary>Doors whose address an operator chooses; what stands there asks for the host.</summary>
    private static readonly (string Name, Func<Uri, (string, string)[]> Settings, Func<RunningServer, Uri, Task> Ask)[] Operators =
    [
        ("a hook", url => [("Turnpike:Hooks:0:Url", url.ToString()), ("Turnpike:Hooks:0:At", "turn-finalize")], async (server, _) =>
        {
            using var refused = await server.PostAsync("/api/turns", new { content = "x" });
            Assert.Contains("Turnpike:Web:Allow", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }),
        ("an issuer of tokens", url => [("Turnpike:Oidc:Issuer", "https" + url.ToString()[4..].TrimEnd('/')), ("Turnpike:Oidc:Audience", "turnpike")], async (server, url) =>
            Assert.Equal(503, (await server.AskAsync(TestIssuer.TokenOf("https" + url.ToString()[4..].TrimEnd('/')), HttpMethod.Get, "/api/prompts")).Status)),
        ("a tool server of the settings", url => [("Turnpike:ToolServers:0:Name", "bent"), ("Turnpike:ToolServers:0:Url", url + "mcp")], async (server, _) =>
        {
            using var tested = await server.PostAsync("/api/tools/servers/bent/test", new { });
            Assert.Contains("Turnpike:Web:Allow", await tested.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }),
    ];

    public static TheoryData<string> OperatorNames => [.. Operators.Select(door => door.Name)];

    public static TheoryData<string> Names => [.. Strangers.Select(door => door.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_closed_to_private_addresses_in_whatever_words(string door)
    {
        await using var here = await FakeServer.StartAsync();
        await using var server = new RunningServer(services => services.AddSingleton<IHostLookup>(new Fixed(IPAddress.Loopback)));
        var key = await KeyAsync(server);
        var port = new Uri(here.Address).Port;
        var ask = Strangers.Single(one => one.Name == door).Ask;
        foreach (var host in Hosts)
        {
            var said = await ask(server, key, $"http://{host}:{port}/");
            Assert.False(said.Contains("\"status\":\"ready\"", StringComparison.Ordinal) || said.Contains("\"status\":\"completed\"", StringComparison.Ordinal) || said.Contains("secret of this machine", StringComparison.Ordinal), $"{host}: {said}");
        }
        Assert.Empty(here.Requests);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Does_not_follow_a_redirect_to_a_private_address(string door)
    {
        await using var here = await FakeServer.StartAsync();
        Func<HttpContext, Task> leads = context =>
        {
            context.Response.Redirect(here.Address + "/secret");
            return Task.CompletedTask;
        };
        await using var outside = await FakeServer.StartAsync([.. Enumerable.Repeat(leads, 20)]);
        await using var server = new RunningServer(services => services.AddSingleton<IHostLookup>(new Fixed(IPAddress.Loopback)), ("Turnpike:Web:Allow:0", "page.example"));
        var key = await KeyAsync(server);
        await Strangers.Single(one => one.Name == door).Ask(server, key, $"http://page.example:{new Uri(outside.Address).Port}/");
        Assert.NotEmpty(outside.Requests);
        Assert.Empty(here.Requests);
    }

    [Theory]
    [MemberData(nameof(OperatorNames))]
    public async Task That_an_operator_chose_is_not_bent_to_a_private_address(string door)
    {
        using var here = Listening();
        var url = new Uri($"http://chosen.example.org:{((IPEndPoint)here.LocalEndpoint).Port}/");
        var (_, settings, ask) = Operators.Single(one => one.Name == door);
        var (names, clock) = (new Fixed(IPAddress.Loopback), new ManualClock());
        await using var server = new RunningServer(services => services.AddSingleton<IHostLookup>(names).AddSingleton<TimeProvider>(clock), settings(url));
        foreach (var address in BentTo)
        {
            names.Address = IPAddress.Parse(address);
            await ask(server, url);
            Assert.False(here.Pending(), address);
            clock.Advance(TimeSpan.FromSeconds(11)); // an issuer is not asked again at once
        }
    }

    [Fact]
    public async Task An_issuer_does_not_send_the_server_to_a_private_address_for_its_keys()
    {
        using var here = Listening();
        var port = ((IPEndPoint)here.LocalEndpoint).Port;
        string[] elsewhere = [.. Hosts.Where(host => new Uri($"https://{host}/").IdnHost != "localhost")]; // that one the operator named
        var address = "";
        Func<HttpContext, Task> Document(string host) => context => context.Response.WriteAsync($$"""{"issuer":"{{address}}","jwks_uri":"https://{{host}}:{{port}}/keys"}""", TestContext.Current.CancellationToken);
        await using var issuer = await FakeServer.StartAsync([.. elsewhere.Select(Document)]);
        address = $"http://localhost:{new Uri(issuer.Address).Port}";
        var clock = new ManualClock();
        await using var server = new RunningServer(services => services.AddSingleton<IHostLookup>(new Fixed(IPAddress.Loopback)).AddSingleton<TimeProvider>(clock), ("Turnpike:Oidc:Issuer", address), ("Turnpike:Oidc:Audience", "turnpike"));
        await using var signer = await TestIssuer.StartAsync();
        for (var i = 1; i <= elsewhere.Length; i++)
        {
            Assert.Equal(503, (await server.AskAsync(signer.Token(("iss", address)), HttpMethod.Get, "/api/prompts")).Status);
            Assert.Equal(i, issuer.Requests.Count);
            Assert.False(here.Pending(), elsewhere[i - 1]);
            clock.Advance(TimeSpan.FromSeconds(11));
        }
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"test/model","messages":[{"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"URL"}}]}]}""")]
    [InlineData("/v1/responses", """{"model":"test/model","input":[{"role":"user","content":[{"type":"input_text","text":"See"},{"type":"input_image","image_url":"URL"}]}]}""")]
    [InlineData("/v1/responses", """{"model":"test/model","input":[{"role":"user","content":[{"type":"input_text","text":"See"},{"type":"input_file","file_url":"URL"}]}]}""")]
    [InlineData("/api/chat", """{"id":"c","messages":[{"id":"m","role":"user","parts":[{"type":"text","text":"See"},{"type":"file","mediaType":"image/png","url":"URL"}]}]}""")]
    [InlineData("/api/turns", """{"content":"@.resource.add URL; See"}""")]
    public async Task Of_the_other_faces_are_closed_to_private_addresses(string path, string body)
    {
        await using var here = await FakeServer.StartAsync();
        await using var server = new RunningServer(services => services.AddSingleton<IHostLookup>(new Fixed(IPAddress.Loopback)));
        var key = await KeyAsync(server);
        foreach (var host in Hosts)
        {
            using var response = await server.WithAsync(key, HttpMethod.Post, path, body.Replace("URL", $"http://{host}:{new Uri(here.Address).Port}/x.png", StringComparison.Ordinal));
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode < 500, $"{host}: {(int)response.StatusCode}");
        }
        Assert.Empty(here.Requests);
    }

    [Fact]
    public async Task A_tool_server_on_this_machine_is_for_those_who_may_add_programs()
    {
        await using var here = await FakeServer.StartAsync();
        await using var server = new RunningServer();
        var key = await KeyAsync(server);
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        var body = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object> { ["name"] = "mine", ["url"] = here.Address + "/mcp", ["private"] = true });
        (string, string)[] far = [("X-Forwarded-For", "203.0.113.9")];
        using (var added = await server.WithAsync(key, HttpMethod.Post, "/api/tools/servers", body, far)) Assert.Equal(201, (int)added.StatusCode);
        Assert.Contains("Turnpike:Web:Allow", await AskAsync(server, key, "/api/tools/servers/mine/test", null), StringComparison.Ordinal);
        Assert.Empty(here.Requests);
        using (var added = await server.WithAsync(admin, HttpMethod.Post, "/api/tools/servers", body, far)) Assert.Equal(200, (int)added.StatusCode);
        await AskAsync(server, admin, "/api/tools/servers/mine/test", null);
        Assert.NotEmpty(here.Requests);
        using var program = await server.WithAsync(key, HttpMethod.Post, "/api/tools/servers", """{"name":"p","transport":"stdio","command":"/bin/true"}""", far);
        Assert.Equal(403, (int)program.StatusCode);
    }

    [Fact]
    public async Task A_tool_server_is_made_trusted_by_an_admin_and_stays_so_where_it_is()
    {
        await using var server = new RunningServer();
        var (key, admin) = (await KeyAsync(server), (await server.KeyAsync("admin", Scopes.Admin)).Secret);
        async Task<int> SaveAsync(string who, string url, bool trusted)
        {
            using var saved = await server.WithAsync(who, HttpMethod.Post, "/api/tools/servers", System.Text.Json.JsonSerializer.Serialize(new { name = "far", url, trusted, tools = new[] { "t*" } }));
            return (int)saved.StatusCode;
        }
        int[] answered =
        [
            await SaveAsync(key, "https://one.example/mcp", true), await SaveAsync(key, "https://one.example/mcp", false), await SaveAsync(key, "https://one.example/mcp", true),
            await SaveAsync(admin, "https://one.example/mcp", true), await SaveAsync(key, "https://one.example/mcp", true), await SaveAsync(key, "https://two.example/mcp", true),
            await SaveAsync(key, "https://one.example/mcp", false), await SaveAsync(key, "https://one.example/mcp", true),
        ];
        Assert.Equal([403, 201, 403, 200, 200, 403, 200, 403], answered);
    }

    [Fact]
    public async Task A_hook_is_asked_where_its_words_say_it_is_and_not_where_its_name_was_bent_to()
    {
        await using var here = await FakeServer.StartAsync(FakeServer.Json("{}"), FakeServer.Json("{}"));
        var port = new Uri(here.Address).Port;
        await using (var server = Hooked($"http://hooks.example.org:{port}/"))
        {
            var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "x" }));
            Assert.Contains("Turnpike:Web:Allow", refused.Detail, StringComparison.Ordinal);
        }
        Assert.Empty(here.Requests);
        await using (var server = Hooked($"http://hooks:{port}/")) await server.TurnAsync(new { content = "x" });
        Assert.Single(here.Requests);
        await using (var server = Hooked($"http://hooks.example.org:{port}/", ("Turnpike:Web:Allow:0", "hooks.example.org"))) await server.TurnAsync(new { content = "x" });
        Assert.Equal(2, here.Requests.Count);
    }

    [Fact]
    public async Task An_issuer_whose_name_was_bent_to_a_private_address_is_not_asked()
    {
        await using var here = await FakeServer.StartAsync();
        var issuer = $"https://issuer.example.org:{new Uri(here.Address).Port}";
        await using var server = new RunningServer(services => services.AddSingleton<IHostLookup>(new Fixed(IPAddress.Loopback)), ("Turnpike:Oidc:Issuer", issuer), ("Turnpike:Oidc:Audience", "turnpike"));
        await using var signer = await TestIssuer.StartAsync();
        Assert.Equal(503, (await server.AskAsync(signer.Token(("iss", issuer)), HttpMethod.Get, "/api/prompts")).Status);
        Assert.Empty(here.Requests);
    }

    /// <summary>A port of this machine that tells whether anybody connected, in whatever protocol.</summary>
    private static TcpListener Listening()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static RunningServer Hooked(string url, params (string, string)[] more) =>
        new(services => services.AddSingleton<IHostLookup>(new Fixed(IPAddress.Loopback)), [("Turnpike:Hooks:0:Url", url), ("Turnpike:Hooks:0:At", "turn-finalize"), .. more]);

    private static async Task<string> KeyAsync(RunningServer server) => (await server.KeyAsync("worker", Scopes.Turns, Scopes.Conversations, Scopes.ToolsManage)).Secret;

    private static async Task<string> AskAsync(RunningServer server, string key, string path, object? body)
    {
        using var response = await server.WithAsync(key, HttpMethod.Post, path, body is null ? null : System.Text.Json.JsonSerializer.Serialize(body));
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>All names lead to one address.</summary>
    private sealed class Fixed(IPAddress address) : IHostLookup
    {
        public IPAddress Address { get; set; } = address;

        public Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<IPAddress>>([Address]);
    }
}
