using System.Net;
using Microsoft.AspNetCore.Http;
using Turnpike.Hosts.Tests.Cli;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Web;

namespace Turnpike.Hosts.Tests.Web;

/// <summary>Pages are fetched from the open internet, or from what was allowed, and from nowhere else.</summary>
public sealed class FetchingPages
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static GuardedClient Client(IHostLookup? lookup = null, Action<WebAccessOptions>? set = null)
    {
        var options = new WebAccessOptions();
        set?.Invoke(options);
        return new(Microsoft.Extensions.Options.Options.Create(options), lookup ?? new Names(_ => IPAddress.Loopback), TimeProvider.System);
    }

    private static async Task<string> RefusedAsync(GuardedClient client, string url) => (await Assert.ThrowsAsync<WebRefusal>(() => client.GetAsync(new(url), null, Cancellation))).Message;

    private static Func<HttpContext, Task> Says(string body, string type = "text/html", string? etag = null) => context =>
    {
        context.Response.ContentType = type;
        if (etag is not null) context.Response.Headers.ETag = etag;
        return context.Response.WriteAsync(body);
    };

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://172.31.0.1/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://100.100.100.200/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://localhost:5080/api/prompts")]
    [InlineData("http://a.localhost./")]
    [InlineData("http://metadata.google.internal/")]
    [InlineData("ftp://example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:word@example.org/")]
    public async Task An_address_that_is_no_business_of_others_is_not_asked(string url)
    {
        using var client = Client(new Names(_ => throw new InvalidOperationException("nobody may look this up")));
        Assert.NotEmpty(await RefusedAsync(client, url));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::", false)]
    [InlineData("::127.0.0.1", false)]
    public void Addresses_of_the_open_internet_are_told_from_others(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddresses.Is(IPAddress.Parse(address)));

    [Fact]
    public async Task A_name_that_turns_out_to_be_private_is_refused_when_the_connection_is_made()
    {
        await using var server = await FakeServer.StartAsync(Says("secret"));
        using var client = Client();
        Assert.Contains("private network", await RefusedAsync(client, $"http://rebound.example:{new Uri(server.Address).Port}/"), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_address_that_was_judged_is_the_one_that_is_connected_to()
    {
        await using var server = await FakeServer.StartAsync(Says("one"));
        var asked = 0;
        using var client = Client(new Names(_ => asked++ == 0 ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1")), options => options.Allow.Add("127.0.0.1"));
        var answer = await client.GetAsync(new($"http://changing.example:{new Uri(server.Address).Port}/"), null, Cancellation);
        Assert.Equal(("one", 1), (System.Text.Encoding.UTF8.GetString(answer.Content.Span), asked));
    }

    [Theory]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://localhost:1/")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_a_private_address_is_refused(string target)
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.Redirect(target);
            return Task.CompletedTask;
        });
        using var client = Client(set: options => options.Allow.Add("page.example"));
        await RefusedAsync(client, $"http://page.example:{new Uri(server.Address).Port}/");
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Redirects_are_followed_five_times_and_no_more()
    {
        Func<HttpContext, Task> next = context =>
        {
            context.Response.Redirect("/next");
            return Task.CompletedTask;
        };
        await using var five = await FakeServer.StartAsync(next, next, next, next, next, Says("there"));
        await using var six = await FakeServer.StartAsync(next, next, next, next, next, next);
        using var client = Client(set: options => options.Allow.Add("127.0.0.0/8"));
        Assert.Equal("there", System.Text.Encoding.UTF8.GetString((await client.GetAsync(new(five.Address), null, Cancellation)).Content.Span));
        Assert.Contains("more than 5 times", await RefusedAsync(client, six.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_or_never_ends_is_given_up()
    {
        static async Task Endless(HttpContext context)
        {
            var piece = new byte[64 << 10];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
        await using var server = await FakeServer.StartAsync(Endless);
        using var client = Client(set: options =>
        {
            options.Allow.Add("127.0.0.1");
            options.Bytes = 1 << 20;
        });
        Assert.Contains("larger than", await RefusedAsync(client, server.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_unpacks_to_more_than_allowed_is_given_up()
    {
        await using var server = await FakeServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            for (var i = 0; i < 8; i++) await gzip.WriteAsync(new byte[1 << 20]);
        });
        using var client = Client(set: options => options.Allow.Add("127.0.0.1"));
        Assert.Contains("larger than", await RefusedAsync(client, server.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_takes_too_long_is_given_up()
    {
        await using var server = await FakeServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = Client(set: options =>
        {
            options.Allow.Add("127.0.0.1");
            options.Timeout = TimeSpan.FromMilliseconds(200);
        });
        Assert.Contains("longer than 0.2 s", await RefusedAsync(client, server.Address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_page_reaches_the_model_as_readable_text()
    {
        await using var web = await FakeServer.StartAsync(Says("""
            <html><head><title>Trip  notes</title><style>p{}</style></head><body><nav>Menu</nav><script>alert(1)</script>
            <main><h2>Oslo</h2><p>Rain &amp; wind,<br>often.</p><ul><li>Bring <b>boots</b></li><li>And a hat</li></ul><table><tr><th>Day</th><th>Rain</th></tr><tr><td>Mon</td><td>3 mm</td></tr></table><pre>a  b
            c</pre></main><footer>Imprint</footer></body></html>
            """));
        await using var server = new RunningServer(null, ("Turnpike:Web:Allow:0", "127.0.0.1"));
        await server.TurnAsync(new { content = "Read", resources = new[] { new { id = "res_1", kind = "webpage", url = web.Address } } });
        Assert.Equal(["user: Read <resources>\n<resource kind=\"webpage\" id=\"res_1\" title=\"Trip notes\">\n## Oslo\n\nRain & wind,\noften.\n\n- Bring boots\n- And a hat\n\nDay | Rain\nMon | 3 mm\n\n```\na  b\nc\n```\n</resource>\n</resources>"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task A_page_of_a_million_nodes_is_read_in_one_pass()
    {
        await using var web = await FakeServer.StartAsync(Says(string.Concat(Enumerable.Repeat("<b>", 1_000_000)) + "deep &amp; dark<script>no</script>"));
        await using var server = new RunningServer(null, ("Turnpike:Web:Allow:0", "127.0.0.1"));
        await server.TurnAsync(new { content = "Read", resources = new[] { new { id = "res_1", kind = "webpage", url = web.Address } } });
        Assert.Equal(["user: Read <resources>\n<resource kind=\"webpage\" id=\"res_1\">\ndeep & dark\n</resource>\n</resources>"], server.Model.Last.Transcript);
    }

    [Fact]
    public async Task Tags_that_are_left_open_do_not_multiply()
    {
        var open = string.Concat(Enumerable.Range(0, 5_000).Select(n => $"<{(n % 2 == 0 ? "b" : "A")} id={n}>"));
        await using var web = await FakeServer.StartAsync(Says($"<main><p>{open}one <i>whole</i></p>{string.Concat(Enumerable.Repeat("<p>x</p>", 10_000))}<p hidden><a hidden>no</a></p><b hidden>no</b></main>"));
        await using var server = new RunningServer(null, ("Turnpike:Web:Allow:0", "127.0.0.1"));
        var before = GC.GetTotalAllocatedBytes();
        await server.TurnAsync(new { content = "Read", resources = new[] { new { id = "res_1", kind = "webpage", url = web.Address } } });
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 1, 200 << 20);
        Assert.StartsWith("user: Read <resources>\n<resource kind=\"webpage\" id=\"res_1\">\none whole\n\nx\n\nx\n", Assert.Single(server.Model.Last.Transcript), StringComparison.Ordinal);
        Assert.DoesNotContain("no", server.Model.Last.Transcript[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_stays_fresh_is_asked_for_by_its_etag_and_replaced_when_it_changed()
    {
        await using var web = await FakeServer.StartAsync(
            Says("one", "text/plain", "\"v1\""),
            context =>
            {
                context.Response.StatusCode = context.Request.Headers.IfNoneMatch == "\"v1\"" ? 304 : 500;
                return Task.CompletedTask;
            },
            Says("two", "text/plain", "\"v2\""));
        await using var server = new RunningServer(null, ("Turnpike:Web:Allow:0", "127.0.0.1"));
        var turn = await server.TurnAsync(new { content = "a", resources = new[] { new { id = "res_1", kind = "webpage", url = web.Address, policy = "refresh" } } });
        var conversation = turn.GetProperty("conversation").GetString();
        await server.TurnAsync(new { conversation, content = "b" });
        await server.TurnAsync(new { conversation, content = "c" });
        Assert.Equal(["one", "one", "two"], server.Model.Requests.Select(request => request.Transcript[^1].Split('\n')[2]));
        Assert.Single(server.Model.Last.Transcript, line => line.Contains("<resource", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_turn_with_a_page_that_must_not_be_asked_is_refused_and_nothing_is_sent()
    {
        await using var server = new RunningServer();
        foreach (var kind in new[] { "webpage", "image" })
        {
            var refused = await server.RefusedAsync(server.PostAsync("/api/turns", new { content = "Read", resources = new[] { new { kind, url = "http://169.254.169.254/latest/a.png" } } }));
            Assert.Equal((422, "resource_failed"), (refused.Status, refused.Code));
        }
        var id = (await server.JsonAsync(await server.CurlAsync("/api/conversations", "{}"))).GetProperty("id").GetString();
        var failed = await server.JsonAsync(await server.CurlAsync($"/api/conversations/{id}/resources", """{"kind":"webpage","url":"http://localhost/"}"""));
        Assert.Equal("failed", failed.GetProperty("state").GetString());
        Assert.Contains("localhost", failed.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(server.Model.Requests);
    }

    private sealed class Names(Func<string, IPAddress> find) : IHostLookup
    {
        public Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<IPAddress>>([find(host)]);
    }
}
