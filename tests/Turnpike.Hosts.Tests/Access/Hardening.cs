using System.Net.Sockets;
using System.Text;
using Turnpike.Hosts.Tests.Server;
using Turnpike.Turns.Access;

namespace Turnpike.Hosts.Tests.Access;

/// <summary>What browsers are told, and what is refused before anybody reads it.</summary>
public sealed class Hardening
{
    [Theory]
    [InlineData("/")]
    [InlineData("/api/prompts")]
    [InlineData("/v1/models")]
    [InlineData("/nothing/here")]
    [InlineData("/openapi/v1.json")]
    public async Task Every_answer_says_that_it_is_not_to_be_guessed_framed_or_run(string path)
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Get, path);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("GET /api/prompts HTTP/1.1\r\nHost: localhost\r\nX: {40000}\r\n\r\n", "431")]
    [InlineData("GET /{9000} HTTP/1.1\r\nHost: localhost\r\n\r\n", "414")]
    [InlineData("GET /api/prompts HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", "400")]
    [InlineData("GET /api/prompts HTTP/1.1\r\n\r\n", "400")]
    [InlineData("POST /api/turns HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "400")]
    [InlineData("POST /api/turns HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n", "400")]
    [InlineData("GET /api/prompts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", "401")]
    [InlineData("GET http://evil.example/api/prompts HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403")]
    [InlineData("POST /api/turns HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", "400")]
    [InlineData("POST /api/turns HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "400")]
    [InlineData("POST /api/turns HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n", "400")]
    [InlineData("POST /api/turns HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", "400")]
    [InlineData("GET /api/prompts HTTP/1.1\r\nHost: localhost\r\nX: a\r\n folded\r\n\r\n", "400")]
    [InlineData("GET /api/prompts HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n", "400")]
    [InlineData("GET /api/prompts HTTP/1.1\r\nHost: local host\r\n\r\n", "400")]
    [InlineData("GET /api/\0prompts HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    [InlineData("GET /api/prompts HTTP/9.9\r\nHost: localhost\r\n\r\n", "505")]
    public async Task Smuggled_and_oversized_heads_are_refused(string request, string status)
    {
        await using var server = new RunningServer();
        await server.KeyAsync("admin", Scopes.Admin);
        var bytes = Encoding.ASCII.GetBytes(request.Replace("{40000}", new string('a', 40000), StringComparison.Ordinal).Replace("{9000}", new string('a', 9000), StringComparison.Ordinal));
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        var stream = socket.GetStream();
        await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        var head = new byte[12];
        await stream.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 " + status, Encoding.ASCII.GetString(head));
    }

    [Theory]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"name":"a\ud800"}""")]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[""")]
    public async Task Json_that_two_readers_would_read_differently_is_refused(string body)
    {
        await using var server = new RunningServer();
        using var response = await server.SendAsync(HttpMethod.Post, "/api/keys", body);
        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task Line_breaks_of_strangers_do_not_make_lines_in_the_audit_log()
    {
        await using var server = new RunningServer();
        var admin = (await server.KeyAsync("admin", Scopes.Admin)).Secret;
        await server.AskAsync(admin, HttpMethod.Delete, "/api/rules/x%0A%7B%22who%22:%22nobody%22%7D");
        using var response = await server.WithAsync(admin, HttpMethod.Get, "/api/audit?after=1"); // the first is of the key
        Assert.Single((await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
