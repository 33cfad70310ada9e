using System.Net;

namespace Turnpike.Hosts.Tests.Server;

/// <summary>Pages of other sites stay outside; this machine, its own page and what was allowed come in.</summary>
public sealed class Doors
{
    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST:5080", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]:5080", 200)]
    [InlineData("turnpike.example", 200)]
    [InlineData("evil.example", 403)]
    [InlineData("localhost.evil.example", 403)]
    [InlineData("169.254.169.254", 403)]
    public async Task Only_names_of_this_machine_and_allowed_ones_are_served(string host, int status)
    {
        await using var server = new RunningServer(null, ("Turnpike:AllowedHosts:0", "turnpike.example"));
        using var response = await server.SendAsync(HttpMethod.Get, "/api/me", null, ("Host", host));
        Assert.Equal(status, (int)response.StatusCode);
        foreach (var path in (string[])["/health", "/health/live", "/health/ready"])
        {
            using var probed = await server.SendAsync(HttpMethod.Get, path, null, ("Host", host));
            Assert.Equal(200, (int)probed.StatusCode);
        }
    }

    [Theory]
    [InlineData(null, 200)]
    [InlineData("(ours)", 200)]
    [InlineData("https://app.example", 200)]
    [InlineData("https://evil.example", 403)]
    [InlineData("http://localhost:1", 403)]
    [InlineData("null", 403)]
    public async Task Only_our_page_and_allowed_ones_may_change_something(string? origin, int status)
    {
        await using var server = new RunningServer(null, ("Turnpike:AllowedOrigins:0", "https://app.example"));
        if (origin == "(ours)") origin = server.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using var response = await server.SendAsync(HttpMethod.Post, "/api/turns", """{"content":"x"}""", origin is null ? [] : [("Origin", origin)]);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, server.Model.Requests.Count);
    }

    [Fact]
    public async Task An_allowed_page_may_read_and_ask_before_it_writes()
    {
        await using var server = new RunningServer(null, ("Turnpike:AllowedOrigins:0", "https://app.example"));
        using var asked = await server.SendAsync(HttpMethod.Options, "/api/prompts/x", null, ("Origin", "https://app.example"), ("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "if-match"));
        using var read = await server.SendAsync(HttpMethod.Get, "/api/prompts", null, ("Origin", "https://app.example"));
        Assert.Equal(HttpStatusCode.NoContent, asked.StatusCode);
        Assert.Equal("https://app.example", asked.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("PUT", asked.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);
        Assert.Equal("https://app.example", read.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var exposed = read.Headers.GetValues("Access-Control-Expose-Headers").Single().Split(',');
        foreach (var header in (string[])["x-request-id", "Turnpike-Turn", "Turnpike-Conversation", "Turnpike-Prompt", "Turnpike-Warnings", "Turnpike-Error", "Turnpike-Ignored", "x-should-retry", "x-vercel-ai-ui-message-stream", "WWW-Authenticate", "Allow", "Content-Disposition", "ETag", "Location", "Preference-Applied", "Retry-After"])
            Assert.Contains(header, exposed);
    }

    [Fact]
    public async Task Other_pages_hear_nothing_that_lets_them_read()
    {
        await using var server = new RunningServer(null, ("Turnpike:AllowedOrigins:0", "https://app.example"));
        using var read = await server.SendAsync(HttpMethod.Get, "/api/prompts", null, ("Origin", "https://evil.example"));
        using var asked = await server.SendAsync(HttpMethod.Options, "/api/turns", null, ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST"));
        Assert.False(read.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
    }

    [Fact]
    public async Task The_start_page_may_load_nothing_but_itself()
    {
        await using var server = new RunningServer();
        using var page = await server.SendAsync(HttpMethod.Get, "/");
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }
}
