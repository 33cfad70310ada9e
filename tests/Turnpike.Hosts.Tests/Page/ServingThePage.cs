using System.Net;
using System.Text.RegularExpressions;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Server.Page;

namespace Turnpike.Hosts.Tests.Page;

/// <summary>The page comes from the server's own assembly, may load nothing else, and stands in no API's way.</summary>
public sealed partial class ServingThePage(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/conversations/conv_x")]
    [InlineData("/prompts/a%2Fb")]
    [InlineData("/usage")]
    public async Task Every_address_that_the_page_draws_is_answered_with_it(string path)
    {
        using var page = await shared.Server.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<title>Turnpike</title>", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("GET", "/api/prompts/nothing-like-it", 404)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("GET", "/health/nothing", 404)]
    [InlineData("GET", "/assets/nothing.js", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("PUT", "/api/turns", 405)]
    [InlineData("POST", "/conversations/x", 405)]
    public async Task No_other_address_is(string method, string path, int status)
    {
        using var answer = await shared.Server.SendAsync(new(method), path);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotEqual("text/html", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/nowhere", true)]
    [InlineData("/conversation/conv_x", true)]
    [InlineData("/api/nothing", false)]
    [InlineData("/v1/nothing", false)]
    [InlineData("/assets/nothing.js", false)]
    [InlineData("/openapi/v2.json", false)]
    public async Task An_address_that_somebody_typed_and_nothing_serves_is_a_404_to_be_read(string path, bool isPage)
    {
        using var answer = await shared.Server.SendAsync(HttpMethod.Get, path, null, ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(isPage, answer.Content.Headers.ContentType?.MediaType == "text/html");
        using var post = await shared.Server.SendAsync(HttpMethod.Post, "/nowhere", "{}", ("Accept", "text/html"));
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (post.StatusCode, post.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Its_policy_lets_it_load_and_ask_only_this_server_and_names_a_fresh_word_for_styles()
    {
        var words = new HashSet<string>();
        for (var n = 0; n < 2; n++)
        {
            using var page = await shared.Server.SendAsync(HttpMethod.Get, "/");
            var policy = page.Headers.GetValues("Content-Security-Policy").Single();
            var word = Nonce().Match(policy).Groups[1].Value;
            Assert.True(words.Add(word));
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
            foreach (var part in (string[])["default-src 'none'", "script-src 'self';", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]) Assert.Contains(part, policy, StringComparison.Ordinal);
            var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("__NONCE__", html, StringComparison.Ordinal);
            Assert.Contains($"nonce=\"{word}\"", html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/conversations/conv_x", true)]
    [InlineData("/usage", false)]
    public async Task The_scripts_of_a_conversation_are_named_early_where_one_is_shown(string path, bool named)
    {
        PageParts.Needed();
        var html = await shared.Server.Client.GetStringAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(named, html.Contains("/assets/ConversationsPage-", StringComparison.Ordinal));
        Assert.Equal(named, html.Contains("/assets/TriggerEditor-", StringComparison.Ordinal));
        Assert.DoesNotContain("<!--", html[html.IndexOf("<body", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_files_are_packed_named_by_their_content_and_kept_by_browsers()
    {
        var path = PageParts.Needed();
        var file = PageFile.All[path];
        using var script = await shared.Server.SendAsync(HttpMethod.Get, "/" + path, null, ("Accept-Encoding", "gzip, br"));
        Assert.Equal("text/javascript", script.Content.Headers.ContentType?.MediaType);
        Assert.Equal("br", script.Content.Headers.ContentEncoding.Single());
        Assert.True(script.Headers.CacheControl is { Public: true, MaxAge.TotalDays: > 300 });
        using var again = await shared.Server.SendAsync(HttpMethod.Get, "/" + path, null, ("If-None-Match", script.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var plain = await shared.Server.SendAsync(HttpMethod.Get, "/" + path, null, ("Accept-Encoding", "identity"));
        Assert.Equal(file.Bytes, await plain.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [GeneratedRegex("style-src 'self' 'nonce-([^']+)'")]
    private static partial Regex Nonce();
}
